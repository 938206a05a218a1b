const name = 'PrivateAddress'

/** What a transport throws that does not go where a server leads it: a private network, which the server is not in. */
export class PrivateAddress extends Error {
  override readonly name: string = name

  /** @param addresses what the host stands for, where that had to be looked up */
  constructor(host: string, addresses: readonly string[] = []) {
    super(`${host} is ${addresses.length === 0 ? '' : `at ${addresses.join(', ')}, `}in a private network`)
  }

  /** By its name: transports may come from another copy of this module. */
  static is(error: unknown): error is PrivateAddress {
    return error instanceof Error && error.name === name
  }
}
