export { outlineModule } from './outline.ts'
export type { ModuleOutline, OutlineOptions, RuleOutline } from './outline.ts'
export type { InputReference } from './input-references.ts'
