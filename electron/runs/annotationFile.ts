import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ANNOTATION_FORMAT,
  annotationSchema,
  noAnnotation,
  type Annotation,
  type AnnotationChange,
} from '../../shared/runs/annotation';
import { runFiles } from '../../shared/runs/runFiles';
import { writeWhole } from '../files/writeFile';

/** What a person said about a run; nothing where the file is missing or cannot be read. */
export function readAnnotation(folder: string): Annotation {
  const path = join(folder, runFiles.annotation);
  if (!existsSync(path)) return noAnnotation;
  try {
    const { name, note, tags } = annotationSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { name, note, tags };
  } catch {
    return noAnnotation;
  }
}

/**
 * Changes some of it and leaves the rest.
 * @returns all of it
 * @throws {AppError} cannot-write, disk-full
 */
export function changeAnnotation(folder: string, change: AnnotationChange): Annotation {
  const annotation = { ...readAnnotation(folder), ...change };
  writeAnnotation(folder, annotation);
  return annotation;
}

/** An annotation that says nothing leaves no file. @throws {AppError} cannot-write, disk-full */
export function writeAnnotation(folder: string, annotation: Annotation): void {
  const path = join(folder, runFiles.annotation);
  const { name, note, tags } = annotation;
  if (name === '' && note === '' && tags.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const file = { twintrain: 'annotation', version: ANNOTATION_FORMAT, name, note, tags } as const;
  writeWhole(path, `${JSON.stringify(annotationSchema.parse(file), null, 2)}\n`);
}
