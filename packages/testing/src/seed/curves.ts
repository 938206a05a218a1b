import { p256, p384, p521 } from '@noble/curves/nist.js'

/** What of an elliptic curve is needed for a key from a seed: the library's curve, and the DER around the numbers. */
export interface SeededCurve {
  readonly curve: typeof p256
  /** Bytes of a secret number. */
  readonly size: number
  /** PKCS#8 up to the secret number, and from there to the uncompressed point that ends it. */
  readonly pkcs8: readonly [beforeSecret: string, beforePoint: string]
  /** SPKI up to the point. */
  readonly spki: string
}

export const seededCurves: Readonly<Record<'ec-p256' | 'ec-p384' | 'ec-p521', SeededCurve>> = {
  'ec-p256': {
    curve: p256,
    size: 32,
    pkcs8: ['308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420', 'a144034200'],
    spki: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
  },
  'ec-p384': {
    curve: p384,
    size: 48,
    pkcs8: ['3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430', 'a164036200'],
    spki: '3076301006072a8648ce3d020106052b81040022036200',
  },
  'ec-p521': {
    curve: p521,
    size: 66,
    pkcs8: ['3081ee020100301006072a8648ce3d020106052b810400230481d63081d30201010442', 'a1818903818600'],
    spki: '30819b301006072a8648ce3d020106052b8104002303818600',
  },
}
