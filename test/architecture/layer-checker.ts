/** Applies the tables of layers.ts to source files and says in words what breaks them. */
import type { SourceFile } from '../../scripts/source-files.js';
import { GLOBAL_RULES, HARMLESS_MODULES, type Layer, LAYERS, MODULE_RULES } from './layers.js';

/** The row that a file belongs to: its folder below src/, or the file itself when it lies directly in src/. */
export function layerOf(path: string, layers: readonly Layer[] = LAYERS): Layer | undefined {
  const first = path.split('/')[1];
  return layers.find(({ folder }) => folder === first);
}

export function layerViolations(files: readonly SourceFile[], layers: readonly Layer[] = LAYERS): readonly string[] {
  const violations: string[] = [];
  for (const file of files) {
    const from = layerOf(file.path, layers);
    if (from === undefined) {
      violations.push(`${file.path}: its folder has no row in test/architecture/layers.ts`);
      continue;
    }
    for (const { target, typeOnly, lazy, line } of file.imports) {
      const to = target === undefined ? undefined : layerOf(target, layers);
      if (target === undefined || to === from || from.mayImport.includes('*')) continue;
      const allowed =
        to !== undefined &&
        (from.mayImport.includes(to.folder) ||
          (typeOnly && from.typesOnly?.includes(to.folder) === true) ||
          (lazy && from.lazily?.includes(to.folder) === true));
      if (!allowed) {
        const why = to?.folder === 'testing' ? to.why : from.why;
        violations.push(`${file.path}:${line} imports ${target}. ${from.folder}: ${why}.`);
      }
    }
  }
  return violations;
}

export function moduleViolations(files: readonly SourceFile[]): readonly string[] {
  const violations: string[] = [];
  for (const file of files) {
    const place = file.path.replace(/^src\//, '');
    for (const { specifier, target, typeOnly, line } of file.imports) {
      if (target !== undefined || typeOnly) continue;
      const rule = MODULE_RULES.find(({ modules }) => modules.includes(specifier));
      if (rule !== undefined) {
        if (!isIn(place, rule.places)) violations.push(`${file.path}:${line} imports ${specifier}: ${rule.why}.`);
      } else if (specifier.startsWith('node:')) {
        if (!HARMLESS_MODULES.includes(specifier) || place.startsWith('core/')) {
          violations.push(`${file.path}:${line} imports ${specifier}, which no row of MODULE_RULES allows here.`);
        }
      } else if (place !== 'testing' && !place.startsWith('testing/')) {
        violations.push(`${file.path}:${line} imports the package ${specifier}, which has no row in MODULE_RULES.`);
      }
    }
  }
  return violations;
}

export function globalViolations(files: readonly SourceFile[]): readonly string[] {
  const violations: string[] = [];
  for (const file of files) {
    const place = file.path.replace(/^src\//, '');
    for (const { name, pattern, places, port } of GLOBAL_RULES) {
      if (isIn(place, places)) continue;
      for (const [index, text] of file.bareCode.split('\n').entries()) {
        if (pattern.test(text)) violations.push(`${file.path}:${index + 1} uses ${name}; use ${port}.`);
      }
    }
  }
  return violations;
}

/** Cycles between files, by imports that load code (type imports vanish); each as the list of its files. */
export function fileCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy).flatMap(({ target }) => target ?? []),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path]);
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

function isIn(place: string, places: readonly string[]): boolean {
  return places.some((allowed) => (allowed.endsWith('/') ? place.startsWith(allowed) : place === allowed));
}
