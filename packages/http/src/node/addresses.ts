import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { PrivateAddress } from '../private-address.ts'
import { isInnerAddress } from '../url.ts'

/** Whether an address of a socket, as Node writes it, belongs to a private network. What is no address does. */
export function isInnerSocketAddress(address: string): boolean {
  // what follows a percent sign names an interface of this machine
  const [plain = ''] = address.split('%')
  const family = isIP(plain)
  return family === 0 || isInnerAddress(new URL(`http://${family === 6 ? `[${plain}]` : plain}/`).hostname)
}

/**
 * A lookup that knows no address of a private network: of several, a socket gets those outside, and a PrivateAddress where
 * there are none. It is asked by the socket itself, so nothing can change between the look at an address and its use.
 */
export function outerLookup(lookup: LookupFunction): LookupFunction {
  return (host, options, found) => {
    lookup(host, { ...options, all: true }, (error, given, family) => {
      if (error !== null) {
        found(error, [])
        return
      }
      const all = typeof given === 'string' ? [{ address: given, family: family ?? 4 }] : given
      const outer = all.filter(({ address }) => !isInnerSocketAddress(address))
      const [first] = outer
      if (first === undefined) found(new PrivateAddress(host, all.map(({ address }) => address)), [])
      else if (options.all === true) found(null, outer)
      else found(null, first.address, first.family)
    })
  }
}
