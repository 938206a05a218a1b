import type { FetchWithTransport } from '@cilock/http'

/** Node's network by `nodeFetch()`, which most commands never ask for: it is loaded with the first request. */
export function networkFetch(): FetchWithTransport {
  let loading: Promise<FetchWithTransport> | undefined
  return Object.assign(async (...request: Parameters<typeof fetch>) => fetch(...request), {
    transport: async (request: Parameters<FetchWithTransport['transport']>[0]) => {
      loading ??= import('@cilock/http/node').then(({ nodeFetch }) => nodeFetch())
      return (await loading).transport(request)
    },
  })
}
