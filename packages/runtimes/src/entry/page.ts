import { runChecks } from '../suite/check.ts'
import type { Modules } from '../suite/exports.ts'
import type { Material } from '../suite/material.ts'
import { suite } from '../suite/suite.ts'
import type { RuntimeReport } from './report.ts'

/** Runs in a page whose server has the material and takes the report. */
export async function runInPage(modules: Modules): Promise<void> {
  let report: RuntimeReport
  try {
    const response = await fetch('/material.json')
    report = { agent: navigator.userAgent, outcomes: await runChecks(suite(modules, (await response.json()) as Material)) }
  } catch (error) {
    report = { agent: navigator.userAgent, outcomes: [{ name: 'the suite', needs: [], state: 'failed', message: String(error) }] }
  }
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
}
