export type Curve = 'P-224' | 'P-256' | 'P-384' | 'P-521'

/** The curves that CI/lock signs on: their names in DER, bytes of a coordinate, and orders. */
export const curves: Readonly<Record<Curve, { readonly oid: string; readonly size: number; readonly order: bigint }>> = {
  'P-224': {
    oid: '1.3.132.0.33',
    size: 28,
    order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
  },
  'P-256': {
    oid: '1.2.840.10045.3.1.7',
    size: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    oid: '1.3.132.0.34',
    size: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    oid: '1.3.132.0.35',
    size: 66,
    order: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
}

/** The curve of an OID; undefined for one that CI/lock does not know. */
export function curveOf(oid: string): Curve | undefined {
  return (Object.keys(curves) as Curve[]).find((name) => curves[name].oid === oid)
}
