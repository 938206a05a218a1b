import { compareUtf8 } from '@cilock/core'
import { redactRemote } from '../redact-remote.ts'
import type { GitSetting } from './config.ts'

/**
 * The URLs of every remote, by the remotes' names: those to fetch from, then those to push to, after the repository's
 * own `url.*.insteadOf` rules and without credentials. Not de-duplicated, as in the Go tools.
 */
export function remoteUrls(settings: readonly GitSetting[]): readonly string[] {
  const names = [...new Set(settings.filter(({ section }) => section === 'remote').map(({ subsection }) => subsection ?? ''))].sort(compareUtf8)
  const rules = settings.flatMap(({ section, subsection, key, value }) =>
    section === 'url' && key === 'insteadof' && subsection !== undefined ? [{ from: value, to: subsection }] : [],
  )
  return names.flatMap((name) =>
    ['url', 'pushurl'].flatMap((kind) =>
      settings
        .filter(({ section, subsection, key, value }) => section === 'remote' && (subsection ?? '') === name && key === kind && value !== '')
        .map(({ value }) => redactRemote(rewritten(value, rules))),
    ),
  )
}

/** The rule with the longest match wins. */
function rewritten(url: string, rules: readonly { readonly from: string; readonly to: string }[]): string {
  const best = rules.filter(({ from }) => url.startsWith(from)).toSorted((a, b) => b.from.length - a.from.length)[0]
  return best === undefined ? url : best.to + url.slice(best.from.length)
}
