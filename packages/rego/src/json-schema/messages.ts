/** The kinds of failure, named as in gojsonschema. */
export type FailureType =
  | 'false'
  | 'required'
  | 'invalid_type'
  | 'number_any_of'
  | 'number_one_of'
  | 'number_all_of'
  | 'number_not'
  | 'missing_dependency'
  | 'const'
  | 'enum'
  | 'array_no_additional_items'
  | 'array_min_items'
  | 'array_max_items'
  | 'unique'
  | 'contains'
  | 'array_min_properties'
  | 'array_max_properties'
  | 'additional_property_not_allowed'
  | 'invalid_property_name'
  | 'string_gte'
  | 'string_lte'
  | 'format'
  | 'multiple_of'
  | 'number_gte'
  | 'number_gt'
  | 'number_lte'
  | 'number_lt'
  | 'condition_then'
  | 'condition_else'

/** What a text tells of a failure. */
export type Details = Readonly<Record<string, string | number>>

/** The texts that gojsonschema gives for each kind of failure, by its type. */
export const messages: Readonly<Record<FailureType, (details: Details) => string>> = {
  false: () => 'False always fails validation',
  required: ({ property }) => `${property} is required`,
  invalid_type: ({ expected, given }) => `Invalid type. Expected: ${expected}, given: ${given}`,
  number_any_of: () => 'Must validate at least one schema (anyOf)',
  number_one_of: () => 'Must validate one and only one schema (oneOf)',
  number_all_of: () => 'Must validate all the schemas (allOf)',
  number_not: () => 'Must not validate the schema (not)',
  missing_dependency: ({ dependency }) => `Has a dependency on ${dependency}`,
  const: ({ field, allowed }) => `${field} does not match: ${allowed}`,
  enum: ({ field, allowed }) => `${field} must be one of the following: ${allowed}`,
  array_no_additional_items: () => 'No additional items allowed on array',
  array_min_items: ({ min }) => `Array must have at least ${min} items`,
  array_max_items: ({ max }) => `Array must have at most ${max} items`,
  unique: ({ i, j }) => `array items[${i},${j}] must be unique`,
  contains: () => 'At least one of the items must match',
  array_min_properties: ({ min }) => `Must have at least ${min} properties`,
  array_max_properties: ({ max }) => `Must have at most ${max} properties`,
  additional_property_not_allowed: ({ property }) => `Additional property ${property} is not allowed`,
  invalid_property_name: ({ property }) => `Property name of "${property}" does not match`,
  string_gte: ({ min }) => `String length must be greater than or equal to ${min}`,
  string_lte: ({ max }) => `String length must be less than or equal to ${max}`,
  format: ({ format }) => `Does not match format '${format}'`,
  multiple_of: ({ multiple }) => `Must be a multiple of ${multiple}`,
  number_gte: ({ min }) => `Must be greater than or equal to ${min}`,
  number_gt: ({ min }) => `Must be greater than ${min}`,
  number_lte: ({ max }) => `Must be less than or equal to ${max}`,
  number_lt: ({ max }) => `Must be less than ${max}`,
  condition_then: () => 'Must validate "then" as "if" was valid',
  condition_else: () => 'Must validate "else" as "if" was not valid',
}
