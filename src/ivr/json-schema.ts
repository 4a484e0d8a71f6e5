import { z } from 'zod';
import { nodeKinds } from './node-kinds.ts';
import { flowDocument } from './schemas.ts';

/** The JSON Schema of flow documents, so that an editor completes and checks them while they are written. */
export function flowJsonSchema(): Record<string, unknown> {
  const nodes = [...nodeKinds.values()].map((kind) =>
    z.strictObject({
      type: z.literal(kind.type),
      ...kind.params.shape,
      exits: flowDocument.shape.nodes.valueType.shape.exits,
    }),
  );
  const document = flowDocument.extend({ nodes: z.record(z.string(), z.union(nodes)) });
  return { title: 'A voice menu of Uirapuru', ...z.toJSONSchema(document, { io: 'input' }) };
}
