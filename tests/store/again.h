/* SPDX-License-Identifier: Apache-2.0 */
/* again.h: documents read again, as `retag` does it. */
#ifndef OPINIA_TESTS_STORE_AGAIN_H
#define OPINIA_TESTS_STORE_AGAIN_H

#include <criterion/criterion.h>

#include "tests/store/kit.h"

/* Documents 1 to @rows fetched, then @between (NULL: nothing), then landed again with @verdicts. */
KIT struct opinia_landing kit_read_again(struct kit *k, uint32_t rows,
					 const struct verdict *verdicts,
					 const char *lexicon,
					 void (*between)(struct kit *k))
{
	struct opinia_landing r = { .added = 0 };
	struct opinia_prepared *p;
	struct opinia_snapshot *snap;
	struct opinia_stored *docs;
	struct arena a;

	arena_init(&a, 0);
	docs = arena_take(&a, rows * sizeof(*docs));
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (uint32_t i = 0; i < rows; i++)
		cr_assert_eq(opinia_fetch(snap, i + 1, &a, &docs[i], &k->err), 0, "%s",
			     k->err.text);
	if (between)
		between(k);
	cr_assert_eq(opinia_store_prepare_again(k->store, docs, rows, verdicts,
						sv_of(lexicon), &p, &k->err),
		     0, "%s", k->err.text);
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_store_land(k->store, p, &r, &k->err), 0, "%s", k->err.text);
	opinia_prepared_free(p);
	arena_release(&a);
	return r;
}

#endif
