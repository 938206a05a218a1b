/** Whether a path is a directory or below it; both absolute and without links. The root of a system ends with its separator already. */
export function isInside(directory: string, path: string, separator: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(separator) ? directory : directory + separator)
}
