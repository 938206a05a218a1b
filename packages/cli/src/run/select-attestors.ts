import { resolveType } from '@cilock/core'
import { attestorTable } from '../attestor-table.ts'
import type { AttestorRow } from '../attestor-table.ts'
import { notSupported, usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'

/** Attestors of the Go tool that this one does not have, so that they are refused and not unknown. */
const foreign: ReadonlySet<string> = new Set(
  (
    'asff aws aws-codebuild aws-config configuration docker-bench falco gcp-iit github-action github-review githubwebhook gitlab go-build govulncheck ' +
    'inspec jenkins jwt k8smanifest kube-bench link linkerd-check lockfiles maven omnitrail oscap pip-install platform policyverify prowler ' +
    'sarif scubagoggles secretscan slsa steampipe system-packages test-results trivy vex product-v0.1 product-v0.2 material-v0.1'
  ).split(' '),
)

/**
 * The attestors of a run: product, material and command-run unless switched off, then those of `-a` in the order given.
 *
 * @throws CilockError `ERR_USAGE` for an unknown name, `ERR_NOT_SUPPORTED` for one that only the Go tool has.
 */
export function selectAttestors(flags: Flags, withCommand: boolean, warn: (message: string) => void): readonly AttestorRow[] {
  const without = withoutDefaults(flags)
  const selected = attestorTable.filter(({ name, always }) =>
    always === true && name === 'command-run' ? withCommand : always === true && !without.has(name),
  )
  const chosen = [...selected].sort((a, b) => rank(a.name) - rank(b.name))
  const wanted = flags.given('attestations') ? flags.list('attestations') : attestorTable.filter((row) => row.default).map(({ name }) => name)
  for (const name of wanted) {
    const row = find(name)
    if (row.always === true) warn(`the attestor ${row.name} is part of every run: naming it changes nothing`)
    else if (chosen.includes(row)) warn(`the attestor ${row.name} is named twice and runs once`)
    else chosen.push(row)
  }
  return chosen
}

function find(name: string): AttestorRow {
  const row = attestorTable.find((each) => each.name === name || each.predicateType === resolveType(name))
  if (row !== undefined) return row
  if (name === 'inclusion-proof') throw notSupported('the attestor inclusion-proof', '`cilock prove` makes proofs; a run has nothing to prove')
  if (foreign.has(name)) throw notSupported(`the attestor ${name}`, 'it comes later')
  throw usage(`no such attestor: ${JSON.stringify(name)} (see \`cilock attestors list\`)`)
}

function withoutDefaults(flags: Flags): ReadonlySet<string> {
  const without = new Set(flags.list('no-default-attestor'))
  for (const name of without) {
    if (name !== 'product' && name !== 'material') {
      throw usage(`--no-default-attestor: expected product or material, found ${JSON.stringify(name)}`)
    }
  }
  if (without.size === 2) throw usage('--no-default-attestor: product and material cannot both be left out')
  return without
}

function rank(name: string): number {
  return ['product', 'material', 'command-run'].indexOf(name)
}
