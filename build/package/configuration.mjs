// @ts-check
import { join } from 'node:path';

/**
 * electron-builder's configuration for every system. Tools that it would fetch from its release host
 * are replaced if the machine already has them.
 *
 * The flavour for tests lets Playwright in, which starts a program through Node's inspector; it is never
 * shipped.
 *
 * @param {{ flavour: 'release' | 'e2e', root: string, electron: string, electronVersion: string, out: string, withRuntime: boolean, runtime: string, binding: string, icons: string }} places
 * @returns {import('electron-builder').Configuration}
 */
export function configuration(places) {
  const { flavour, root, electron, electronVersion, out, withRuntime, runtime, binding, icons } =
    places;
  return {
    appId: 'org.twintrain.Twintrain',
    productName: 'Twintrain',
    copyright: 'Twintrain contributors, MIT licence',
    electronDist: electron,
    electronVersion,
    npmRebuild: false,
    nodeGypRebuild: false,
    directories: { output: out, buildResources: icons },
    files: ['**/*'],
    // A worker thread and the training process are started by path, and data is read by them.
    asarUnpack: ['electron/**', 'datasets/**', 'keras/**'],
    extraResources: [
      { from: binding, to: 'binding/tfjs_binding.node' },
      // Beside what requires it: its native part cannot be compiled in, and the packager leaves packages
      // out of the app's own files. Of those for every system only the installed one is there.
      {
        from: join(root, 'node_modules/@duckdb'),
        to: 'app.asar.unpacked/electron/node_modules/@duckdb',
      },
      ...(withRuntime
        ? [
            { from: runtime, to: 'runtime', filter: ['libtensorflow_*'] },
            { from: binding, to: 'runtime/tfjs_binding.node' },
          ]
        : []),
      { from: join(root, 'LICENSE'), to: 'LICENSE' },
    ],
    fileAssociations: [
      {
        ext: 'twintrain',
        name: 'Twintrain project',
        mimeType: 'application/x-twintrain-project',
        role: 'Editor',
      },
      {
        ext: 'twintrain.zip',
        name: 'Twintrain bundle',
        mimeType: 'application/x-twintrain-bundle',
        role: 'Viewer',
      },
    ],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: flavour === 'e2e',
      enableEmbeddedAsarIntegrityValidation: false,
      onlyLoadAppFromAsar: true,
    },
    linux: {
      category: 'Science',
      icon: icons,
      executableName: 'twintrain',
      synopsis: 'Find the first step where two training runs part',
      description:
        'Builds one neural network in two styles, trains both natively, and shows the first step, tensor and random stream where they part.',
      maintainer: 'Twintrain contributors <twintrain@twintrain.invalid>',
    },
    deb: {
      packageName: 'twintrain',
      depends: ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2', 'libsecret-1-0'],
      recommends: ['gnome-keyring', 'python3'],
      compression: 'xz',
    },
    win: { icon: join(icons, '256x256.png') },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
    },
    mac: {
      icon: join(icons, '512x512.png'),
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      darkModeSupport: true,
    },
    dmg: { title: 'Twintrain' },
    publish: null,
  };
}
