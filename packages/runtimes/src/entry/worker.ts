import { runChecks } from '../suite/check.ts'
import type { Modules } from '../suite/exports.ts'
import type { Material } from '../suite/material.ts'
import { suite } from '../suite/suite.ts'
import type { RuntimeReport } from './report.ts'

/** A worker's handler: material in, report out. */
export function workerOf(modules: Modules): { readonly fetch: (request: Request) => Promise<Response> } {
  return {
    async fetch(request) {
      const report: RuntimeReport = { agent: navigator.userAgent, outcomes: await runChecks(suite(modules, (await request.json()) as Material)) }
      return Response.json(report)
    },
  }
}
