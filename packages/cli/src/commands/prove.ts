import { resolve } from 'node:path'
import { CilockError, encodeEnvelope, encodeStatement, inTotoPayloadType, parseEnvelope, parseStatement, readCollection, signEnvelope } from '@cilock/core'
import { fileProofType, proveFile, verifyFileProof } from '@cilock/core/merkle'
import type { FileLeaf } from '@cilock/core/merkle'
import { hashFile } from '@cilock/core/node'
import { usage } from '../error.ts'
import type { CliErrorCode } from '../error.ts'
import { globalFlags, signerFlags } from '../flags/common.ts'
import { inputsOf } from '../flags/inputs.ts'
import { readNamedFile } from '../read-file.ts'
import { signerOf } from '../signer.ts'
import { requireApart, writeFileAtomically } from '../write-file.ts'
import type { Command } from './command.ts'

interface TreeWithLeaves {
  readonly merkleRoot: string
  readonly treeSize: number
  readonly leaves: readonly FileLeaf[]
}

/**
 * Proves that a file is a leaf of the product tree of a step, in a statement of its own. Nothing is verified here but the
 * tree itself: a verifier holds the proof against the root that a functionary signed, whoever made the proof.
 */
export const prove: Command = {
  flags: [
    { name: 'attestations', short: 'a', kind: 'slice', help: 'envelopes of collections with a product tree' },
    { name: 'outfile', short: 'o', kind: 'string', help: 'where the signed proof goes' },
    ...signerFlags(true),
    ...globalFlags,
  ],
  async run(flags, [file, ...others], io) {
    if (file === undefined || others.length > 0) throw usage('prove needs one file')
    const evidence = flags.list('attestations')
    if (evidence.length === 0) throw usage('prove needs --attestations: envelopes that have the tree of products')
    const outfile = flags.string('outfile') ?? ''
    if (outfile === '') throw usage('prove needs --outfile')
    const signer = await signerOf(flags, io)
    if (signer === undefined) throw usage('no signer: --signer-file-key-path (-k) names a private key')

    await requireApart(resolve(io.workingDir, outfile), inputsOf(flags, ['signer-file-key-path', 'attestations'], io.workingDir))
    const { sha256 = '' } = await hashFile(resolve(io.workingDir, file), ['sha256'])
    const tree = await findTree(evidence, sha256, io.workingDir)
    const predicate = proveFile(tree.leaves, sha256)
    verifyFileProof(predicate, tree)
    const payload = encodeStatement({ subjects: { [`file:${predicate.leafPath}`]: { sha256 } }, predicateType: fileProofType, predicate })
    const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })
    await writeFileAtomically(resolve(io.workingDir, outfile), encodeEnvelope(envelope))
    io.stderr.write(`leaf ${predicate.leafIndex} of ${tree.treeSize} in the tree ${tree.merkleRoot}\n`)
    return 0
  },
}

async function findTree(evidence: readonly string[], sha256: string, workingDir: string): Promise<TreeWithLeaves> {
  const { productType } = await import('@cilock/attestor-files/type')
  for (const path of evidence) {
    const statement = parseStatement(parseEnvelope(await readNamedFile('attestation', resolve(workingDir, path))).payload)
    for (const entry of readCollection(statement, [productType]).attestations) {
      const predicate = entry.evidence?.predicate
      if (entry.type === productType.predicateType && isTree(predicate) && predicate.leaves.some(({ fileDigest }) => fileDigest === sha256)) return predicate
    }
  }
  throw new CilockError<CliErrorCode>('ERR_FILE', `expected a product tree with the sha256 ${sha256}, found none in ${evidence.join(', ')}`)
}

/** The reader has checked the rest. */
function isTree(predicate: unknown): predicate is TreeWithLeaves {
  return typeof predicate === 'object' && predicate !== null && 'leaves' in predicate && Array.isArray(predicate.leaves)
}
