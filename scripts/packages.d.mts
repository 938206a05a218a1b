export interface Package {
  /** The folder's name below packages/. */
  readonly name: string
  readonly folder: string
  readonly manifest: { readonly name: string; readonly version: string; readonly private?: boolean; readonly exports: Readonly<Record<string, unknown>> }
}
export declare const root: string
export declare function published(): readonly Package[]
export declare function specifiers(published: readonly Package[]): readonly string[]
export declare function needsNode(specifier: string): boolean
