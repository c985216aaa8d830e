// What the signed-in account may use. The server decides; this only keeps from offering what it
// would refuse.

/** Per part of the console: `{read, write}`. */
export const may = JSON.parse(document.body.dataset.may ?? "{}");

/** Whether the account may do something with records: `list`, `view`, `create`, `update`, `delete`. Superusers are told nothing, and may. */
export const allows = (schema, action) => !schema.actions || action in schema.actions;

/** Whether what the account does may name the field. */
export const reaches = (schema, action, field) => !schema.actions || (schema.actions[action] ?? []).includes(field.name);
