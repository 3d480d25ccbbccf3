/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_block.c: hostile bytes as a block of documents, with a sum that fits, so that the
 * columns behind it are reached; read forwards and backwards.
 */
#include <stdlib.h>
#include <string.h>

#include "store/doc_block.h"
#include "store/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_rows(struct doc_block *b)
{
	struct doc d;
	struct opinia_fact fact;

	for (uint32_t i = 0; i < b->count && i < 300; i++)
		if (!block_read(b, b->first + i, &d, NULL)) {
			doc_fact(&d, &fact);
			if (d.sealed.n > (size_t)(b->end - b->sealed) ||
			    d.n > DOC_FIXED_MAX)
				abort();
		}
	for (uint32_t i = b->count; i-- > 0 && b->count - i < 20;)
		block_read(b, b->first + i, &d, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1); /* a step outside is seen */
	struct doc_block b;

	if (size)
		memcpy(copy, data, size);
	if (size >= BLOCK_HEAD) {
		size_t sealed = le_get(copy + 8, 4);

		if (sealed >= BLOCK_HEAD && sealed <= size)
			le_set(copy,
			       sum32(copy + 4, sealed - 4, (uint64_t)size << 32 | 1), 4);
	}
	if (!block_view((struct sv){ (char *)copy, size }, 1, &b, NULL))
		try_rows(&b);
	free(copy);
	return 0;
}
