import type { Flag } from './flag.ts'

/** Which image is meant. */
export const platformFlag: Flag = { name: 'platform', kind: 'string', help: 'of an image for several: os/architecture, such as linux/arm64; default: all of them' }

/** What `verify` asks of an image. */
export const imageFlags: readonly Flag[] = [
  { name: 'cosign-key', kind: 'slice', help: 'with an image: public keys, PEM; cosign has to have signed it with one of them' },
  { name: 'allow-unsigned', kind: 'bool', help: 'with an image: nobody has to have signed it' },
  { name: 'registry', kind: 'string', help: 'with --subjects: the repository that holds the image of this digest, as registry/repository' },
  platformFlag,
]
