import { readFileSync } from 'node:fs'
import { openPage, servePage } from '@cilock/conformance'
import type { RuntimeReport } from '../entry/report.ts'
import { installedChromium } from './chromium-package.ts'
import type { Consumer } from './consumer.ts'
import { RunError } from './error.ts'
import { deadline, start } from './start.ts'

/** Runs the suite in a page without a window; the browser may connect to nothing but its server on loopback. */
export async function runChromium({ folder, bundle, material }: Consumer): Promise<RuntimeReport> {
  const path = await installedChromium()
  const version = /\d+(?:\.\d+)+/.exec(await start(path, ['--version'], folder))?.[0] ?? ''
  const server = await servePage(await bundle('page'), (name) => (name === 'material.json' ? readFileSync(material) : undefined))
  const page = openPage(path, server.url)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RunError(`the page said nothing for ${deadline / 1000} seconds`)), deadline)
  })
  try {
    const report = JSON.parse(await Promise.race([server.report, page.ended, late])) as RuntimeReport
    const major = version.split('.')[0] ?? ''
    if (!report.agent.includes(`Chrome/${major}.`)) throw new RunError(`expected Chrome ${version}, found ${report.agent}`)
    return { ...report, agent: `Chromium/${version}` }
  } finally {
    clearTimeout(timer)
    await page.close()
    server.close()
  }
}
