import * as tf from '@tensorflow/tfjs-node-gpu';
import ts from 'typescript';

/** Runs exported TypeScript as it is, with the native library under the name it imports. */
export function runTypescript(source: string): unknown {
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]?.messageText));
  const exported: { model?: unknown } = {};
  new Function('require', 'exports', outputText)(() => tf, exported);
  if (exported.model === undefined) throw new Error(source);
  return exported.model;
}
