/* SPDX-License-Identifier: Apache-2.0 */
/* gone.c: see gone.h. */
#include "store/gone.h"

#include "store/keys.h"

static struct sv key_of(const uint8_t digest[RUN_DIGEST])
{
	return (struct sv){ (const char *)digest, RUN_DIGEST };
}

void gone_put(struct txn *t, const uint8_t digest[RUN_DIGEST])
{
	char v[4];

	le_set(v, sum32(digest, RUN_DIGEST, 'G'), 4);
	txn_put(t, DB_GONE, key_of(digest), (struct sv){ v, sizeof(v) });
}

bool gone_has(struct txn *t, const uint8_t digest[RUN_DIGEST])
{
	struct sv v;

	return txn_get(t, DB_GONE, key_of(digest), &v);
}

uint64_t gone_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		     void *self)
{
	struct txn_cursor c;
	uint64_t n = 0;

	txn_cursor_open(&c, t, DB_GONE);
	for (bool more = txn_first(&c); more; more = txn_next(&c), n++)
		if (c.key.n != RUN_DIGEST || c.value.n != 4 ||
		    le_get(c.value.p, 4) != sum32(c.key.p, RUN_DIGEST, 'G'))
			damaged(self, "the identity of an erased record is damaged");
	txn_cursor_close(&c);
	return n;
}
