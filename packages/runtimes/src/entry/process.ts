import { readFileSync, writeFileSync } from 'node:fs'
import { fileChecks } from '../suite/files.node.ts'
import { runChecks } from '../suite/check.ts'
import type { Modules } from '../suite/exports.ts'
import type { Material } from '../suite/material.ts'
import { suite } from '../suite/suite.ts'
import type { RuntimeReport } from './report.ts'

/** Runs in a process with files: Node, Deno, Bun. */
export async function runInProcess(modules: Modules, [materialFile = '', reportFile = '']: readonly string[]): Promise<void> {
  const material = JSON.parse(readFileSync(materialFile, 'utf8')) as Material
  const { node, deno, bun } = process.versions
  const agent = deno !== undefined ? `Deno/${deno}` : bun !== undefined ? `Bun/${bun}` : `Node/${node}`
  const report: RuntimeReport = { agent, outcomes: await runChecks([...suite(modules, material), ...fileChecks()]) }
  writeFileSync(reportFile, JSON.stringify(report))
}
