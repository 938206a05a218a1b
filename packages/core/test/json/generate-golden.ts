// Records what Go makes of a few hundred seeded documents: node scripts/ts.mjs packages/core/test/json/generate-golden.ts
import { writeFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { questions } from './go-cases.ts'
import { askGo, goldenFile } from './go-oracle.ts'

const seeded = fc.sample(questions, { seed: 20_260_101, numRuns: 400 })
const lines = askGo(seeded.filter(([, text]) => text.length < 1000)).map((line) => JSON.stringify(line))
writeFileSync(goldenFile, `${lines.join('\n')}\n`)
