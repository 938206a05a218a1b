import { findChromium } from '@cilock/conformance'
import { RunError } from './error.ts'
import { start } from './start.ts'

/** The path of this machine's Chromium; where there is none, the distribution's is installed, which takes root on Debian. */
export async function installedChromium(): Promise<string> {
  const there = findChromium()
  if (there !== undefined) return there
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new RunError('there is no Chromium: apt-get install chromium as root, or set CILOCK_CHROMIUM, or --without chromium')
  console.log('installing Chromium with apt-get …')
  await start('apt-get', ['update', '-q'], '/')
  await start('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], '/')
  const installed = findChromium()
  if (installed === undefined) throw new RunError('apt-get installed chromium, but no Chromium is found')
  return installed
}
