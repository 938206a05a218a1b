import { CilockError, decodeBase64, decodeUtf8 } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { ExternalAttestationDocument, FunctionaryDocument, PolicyDocument, RegoPolicyDocument, StepDocument } from '@cilock/policy'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { paintFor } from '../output/colour.ts'
import { jsonText } from '../output/json-text.ts'
import { renderTree } from '../output/tree.ts'
import type { Tree } from '../output/tree.ts'
import { policyPaths, readPolicy } from './read-policy.ts'

/** What a policy asks for, in words. Nothing is verified; what is no policy is refused. */
export async function showPolicy(flags: Flags, positionals: readonly string[], io: CliIo): Promise<number> {
  const format = flags.string('format') ?? 'text'
  if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
  for (const path of policyPaths(flags, positionals)) {
    const policy = await readPolicy(path, io)
    const document = await documentOf(path, policy)
    if (format === 'json') io.stdout.write(jsonText(document, 2))
    else io.stdout.write(renderTree(policyTree(path, document, 'payload' in policy), paintFor(io.stdout)))
  }
  return 0
}

/** A document that has the shape of one: what is shown is what a verifier would read. */
async function documentOf(path: string, policy: Envelope | Uint8Array): Promise<PolicyDocument> {
  const malformed = (await lintPolicy(policy)).find(({ code, severity }) => severity === 'error' && ['policy-json', 'policy-value', 'policy-unknown-key', 'policy-key-case', 'limit'].includes(code))
  if (malformed !== undefined) throw new CilockError('ERR_MALFORMED', `${path}: ${malformed.message}`)
  return JSON.parse(decodeUtf8(policy instanceof Uint8Array ? policy : policy.payload)) as PolicyDocument
}

function policyTree(path: string, policy: PolicyDocument, isSigned: boolean): Tree {
  return {
    label: path,
    detail: `${isSigned ? 'signed (signature not verified)' : 'not signed'}, holds until ${policy.expires}`,
    children: [
      ...byName(policy.steps).map(([name, step]) => stepTree(name, step)),
      ...byName(policy.externalAttestations).map(([name, external]) => externalTree(name, external)),
    ],
  }
}

function byName<T>(members: Readonly<Record<string, T>> | null | undefined): readonly (readonly [string, T])[] {
  return Object.entries(members ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
}

function stepTree(name: string, step: StepDocument): Tree {
  const { functionaries, attestations, artifactsFrom, attestationsFrom, externalFrom, allowedUntracked, timestampConstraint } = step
  return {
    label: `step ${name}`,
    children: [
      signersTree(functionaries),
      { label: 'its collection holds', children: (attestations ?? []).map(({ type, regopolicies }) => ({ label: type, children: rules(regopolicies) })) },
      ...list('its files come from', artifactsFrom),
      ...list('files that need not', allowedUntracked),
      ...list('its rules see the evidence of', attestationsFrom),
      ...list('its rules see the external attestations', externalFrom),
      ...(timestampConstraint === undefined || timestampConstraint === null ? [] : [{ label: 'signed', detail: windowOf(timestampConstraint) }]),
    ],
  }
}

function externalTree(name: string, { predicateType, functionaries, regopolicies, required }: ExternalAttestationDocument): Tree {
  return {
    label: `external attestation ${name}`,
    detail: required === false ? 'may be missing' : 'required',
    children: [signersTree(functionaries), { label: 'predicate type', detail: predicateType, children: rules(regopolicies) }],
  }
}

function signersTree(functionaries: readonly FunctionaryDocument[] | null | undefined): Tree {
  return { label: (functionaries ?? []).length === 1 ? 'signed by' : 'signed by any of', children: (functionaries ?? []).map(signerTree) }
}

function signerTree({ type, publickeyid = '', certConstraint }: FunctionaryDocument): Tree {
  if (type === 'publickey' || publickeyid !== '') return { label: `key ${publickeyid}` }
  const { extensions = {}, ...fields } = certConstraint ?? {}
  const said = [...Object.entries(fields), ...Object.entries(extensions ?? {})].flatMap(([key, value]): readonly Tree[] => {
    const values = (Array.isArray(value) ? (value as readonly string[]) : [String(value ?? '')]).filter((text) => text !== '' && text !== '*')
    return values.length === 0 ? [] : [{ label: key, detail: values.join(', ') }]
  })
  return { label: 'a certificate', children: said.length > 0 ? said : [{ label: 'of any content' }] }
}

function rules(regopolicies: readonly RegoPolicyDocument[] | null | undefined): readonly Tree[] {
  return (regopolicies ?? []).map(({ name, module }) => ({ label: `denied by ${name}`, children: decodeUtf8(decodeBase64(module)).trimEnd().split('\n').map((label) => ({ label })) }))
}

function list(label: string, names: readonly string[] | null | undefined): readonly Tree[] {
  return (names ?? []).length === 0 ? [] : [{ label, detail: (names ?? []).join(', ') }]
}

function windowOf({ notBefore, notAfter, maxAge }: NonNullable<StepDocument['timestampConstraint']>): string {
  return [notBefore === undefined ? '' : `not before ${notBefore}`, notAfter === undefined ? '' : `not after ${notAfter}`, maxAge === undefined ? '' : `at most ${maxAge} ago`].filter((part) => part !== '').join(', ')
}
