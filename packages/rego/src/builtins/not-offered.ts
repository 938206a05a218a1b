/** The built-ins of OPA 1.13.1 that are nowhere here. Their names are taken all the same. */
export const notOffered: ReadonlySet<string> = new Set(
  (
    'graphql.is_valid graphql.parse graphql.parse_and_verify graphql.parse_query graphql.parse_schema graphql.schema_is_valid ' +
    'http.send net.lookup_ip_addr opa.runtime providers.aws.sign_req'
  ).split(' '),
)
