export { fetchDouble } from './fetch.ts'
export { Faults } from './faults.ts'
export type { Fault } from './faults.ts'
export type { Answer, Answerer, Asked, Ending, HeaderLines } from './exchange.ts'
