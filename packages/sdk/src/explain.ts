// Why a verdict is what it is, and what would change it.
export { explain, proposeChange } from '@cilock/policy/explain'
export type { Change, Edit, ExplainedCause, Explanation, ProposeOptions } from '@cilock/policy/explain'

// The same for people and machines.
export { readReport, renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
export type { RenderOptions, SavedReport, TextOptions } from '@cilock/policy/render'
