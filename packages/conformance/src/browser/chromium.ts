import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A Chromium of this machine (`CILOCK_CHROMIUM`, else where distributions put it); undefined where there is none. */
export function findChromium(): string | undefined {
  return [process.env['CILOCK_CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path))
}

export const chromiumSkipped = 'SKIPPED: needs Chromium (apt-get install chromium, or set CILOCK_CHROMIUM)'

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']

/** Opens a page without a window, in a profile of its own, until it is closed. Rejects when the browser ends by itself. */
export function openPage(chromium: string, url: string): { readonly ended: Promise<never>; readonly close: () => Promise<void> } {
  const home = mkdtempSync(join(tmpdir(), 'cilock-chromium-'))
  const child = spawn(chromium, [...flags, `--user-data-dir=${join(home, 'profile')}`, url], { env: { HOME: home, PATH: process.env['PATH'] }, stdio: 'ignore', detached: true })
  let wasClosed = false
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (status) => {
      if (!wasClosed) reject(new TypeError(`${chromium} ended with ${String(status)} before the page was done`))
    })
  })
  // who closes does not wait for it
  ended.catch(() => undefined)
  return {
    ended,
    close: async () => {
      wasClosed = true
      // the browser is several processes: they are a group of their own
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      await exit
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
