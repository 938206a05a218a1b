import { createRegistry, type DescMessage, type Registry } from '@bufbuild/protobuf'
import { AnySchema, DurationSchema, StructSchema, TimestampSchema } from '@bufbuild/protobuf/wkt'
import { LinkSchema } from './gen/in_toto_attestation/predicates/link/v0/link_pb.ts'
import { ProvenanceSchema as ProvenanceV01Schema } from './gen/in_toto_attestation/predicates/provenance/v01/provenance_pb.ts'
import { ProvenanceSchema as ProvenanceV02Schema } from './gen/in_toto_attestation/predicates/provenance/v02/provenance_pb.ts'
import { ProvenanceSchema } from './gen/in_toto_attestation/predicates/provenance/v1/provenance_pb.ts'
import { ReferenceSchema } from './gen/in_toto_attestation/predicates/reference/v0/reference_pb.ts'
import { ReleaseSchema } from './gen/in_toto_attestation/predicates/release/v0/release_pb.ts'
import { ReleaseSchema as ReleaseV02Schema } from './gen/in_toto_attestation/predicates/release/v02/release_pb.ts'
import { RuntimeTraceSchema } from './gen/in_toto_attestation/predicates/runtime_trace/v0/runtime_trace_pb.ts'
import { AttributeReportSchema } from './gen/in_toto_attestation/predicates/scai/v0/scai_pb.ts'
import { SimpleVerificationResultSchema as SvrV01Schema } from './gen/in_toto_attestation/predicates/svr/v0_1/svr_pb.ts'
import { SimpleVerificationResultSchema } from './gen/in_toto_attestation/predicates/svr/v0_2/svr_pb.ts'
import { TestResultSchema } from './gen/in_toto_attestation/predicates/test_result/v0/test_result_pb.ts'
import { VerificationSummarySchema as VsaV0Schema } from './gen/in_toto_attestation/predicates/vsa/v0/vsa_pb.ts'
import { VerificationSummarySchema } from './gen/in_toto_attestation/predicates/vsa/v1/vsa_pb.ts'
import { VulnsSchema as VulnsV01Schema } from './gen/in_toto_attestation/predicates/vulns/v01/vulns_pb.ts'
import { VulnsSchema } from './gen/in_toto_attestation/predicates/vulns/v02/vulns_pb.ts'
import { ResourceDescriptorSchema } from './gen/in_toto_attestation/v1/resource_descriptor_pb.ts'
import { StatementSchema } from './gen/in_toto_attestation/v1/statement_pb.ts'

/** A predicate with a published type. */
export interface PublishedPredicate {
  /** The URI that is written. */
  readonly type: string
  /** Older or other URIs that are read as this type. */
  readonly aliases: readonly string[]
  /** The message's protobuf schema. */
  readonly schema: DescMessage
}

/** Every predicate that this package has a message for. */
export const publishedPredicates: readonly PublishedPredicate[] = [
  // CI/lock's slsa attestor writes v1.0
  { type: 'https://slsa.dev/provenance/v1', aliases: ['https://slsa.dev/provenance/v1.0'], schema: ProvenanceSchema },
  { type: 'https://slsa.dev/provenance/v0.2', aliases: [], schema: ProvenanceV02Schema },
  { type: 'https://slsa.dev/provenance/v0.1', aliases: ['https://in-toto.io/Provenance/v0.1'], schema: ProvenanceV01Schema },
  { type: 'https://slsa.dev/verification_summary/v1', aliases: [], schema: VerificationSummarySchema },
  { type: 'https://slsa.dev/verification_summary/v0.2', aliases: [], schema: VsaV0Schema },
  { type: 'https://in-toto.io/attestation/link/v0.3', aliases: [], schema: LinkSchema },
  { type: 'https://in-toto.io/attestation/test-result/v0.1', aliases: [], schema: TestResultSchema },
  { type: 'https://in-toto.io/attestation/vulns/v0.1', aliases: [], schema: VulnsV01Schema },
  { type: 'https://in-toto.io/attestation/vulns/v0.2', aliases: [], schema: VulnsSchema },
  // the protobuf's comment has the older URI, the specification the newer
  { type: 'https://in-toto.io/attestation/scai/v0.3', aliases: ['https://in-toto.io/attestation/scai/attribute-report/v0.2'], schema: AttributeReportSchema },
  { type: 'https://in-toto.io/attestation/release/v0.1', aliases: [], schema: ReleaseSchema },
  { type: 'https://in-toto.io/attestation/release/v0.2', aliases: [], schema: ReleaseV02Schema },
  { type: 'https://in-toto.io/attestation/reference/v0.1', aliases: [], schema: ReferenceSchema },
  { type: 'https://in-toto.io/attestation/runtime-trace/v0.1', aliases: [], schema: RuntimeTraceSchema },
  { type: 'https://in-toto.io/attestation/svr/v0.1', aliases: [], schema: SvrV01Schema },
  { type: 'https://in-toto.io/attestation/svr/v0.2', aliases: [], schema: SimpleVerificationResultSchema },
]

/** The predicate of a type URI; undefined for one that this package does not know. */
export function findPredicate(type: string): PublishedPredicate | undefined {
  return publishedPredicates.find((predicate) => predicate.type === type || predicate.aliases.includes(type))
}

/** What may stand in a `google.protobuf.Any`. */
export const messages: Registry = /* @__PURE__ */ createRegistry(
  StatementSchema,
  ResourceDescriptorSchema,
  StructSchema,
  TimestampSchema,
  DurationSchema,
  AnySchema,
  ...publishedPredicates.map(({ schema }) => schema),
)
