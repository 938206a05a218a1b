export { oracles, skipped, vectors } from './locate.ts'
export { recordedRuns, stageRun } from './recorded-run.ts'
export type { RecordedEntry, RecordedRun, RecordedStatement, StagedRun } from './recorded-run.ts'
