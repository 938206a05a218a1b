import { lintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'

const day = 24 * 60 * 60 * 1000
const soon = 30 * day
const late = 5 * 365 * day

/** Until when the policy holds, seen from the time handed in; without one nothing is said. */
export const expiryRule: LintRule = ({ policy: { expires }, now }) => {
  if (expires === undefined || now === undefined) return []
  const left = expires.getTime() - now.getTime()
  const until = expires.toISOString()
  if (left < 0) return [lintFinding('expired', '/expires', `the policy expired at ${until}`, 'sign a policy with a later time')]
  if (left < soon) {
    return [lintFinding('expires-soon', '/expires', `the policy expires at ${until}, in ${Math.floor(left / day)} days`, 'sign a policy with a later time before then')]
  }
  if (left > late) {
    return [lintFinding('expires-late', '/expires', `the policy holds until ${until}, longer than five years; a policy cannot be called back before it expires`, 'choose an earlier time')]
  }
  return []
}
