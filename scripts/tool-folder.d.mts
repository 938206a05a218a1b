export declare class ToolError extends Error {
  readonly code: 'ERR_TOOL_OFFLINE' | 'ERR_TOOL_INSTALL' | 'ERR_TOOL_VERSION'
}
export declare function toolFolder(
  name: string,
  packages: Readonly<Record<string, string>>,
  options?: { readonly overrides?: Readonly<Record<string, string>>; readonly runScripts?: boolean; readonly below?: string },
): string
