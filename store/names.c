/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c: names and their numbers, both ways, see names.h.
 */
#include "store/names.h"

#include <string.h>

#include "store/keys.h"

enum { SUM = 4, NAME_MAX = 2200 };

static uint64_t name_seed(enum name_dim dim, uint32_t number)
{
	return (uint64_t)dim << 32 | number;
}

uint32_t names_find(struct txn *t, enum name_dim dim, struct sv text)
{
	struct key k;
	struct sv v;
	uint32_t number;

	if (!text.n)
		return 0;
	key_name_text(&k, (uint8_t)dim, text);
	if (!txn_get(t, DB_NAMES, key_sv(&k), &v))
		return 0;
	if (v.n != 2 * SUM || le_get(v.p + SUM, 4) != sum32(k.p, k.n, le_get(v.p, 4))) {
		txn_fail(t, ERR_INPUT, "the number of the name \"" SV_FMT "\" is damaged",
			 SV_ARG(text));
		return 0;
	}
	number = (uint32_t)le_get(v.p, 4);
	return number;
}

static struct sv open_text(struct txn *t, enum name_dim dim, uint32_t number, struct sv v)
{
	if (v.n < SUM ||
	    le_get(v.p, 4) != sum32(v.p + SUM, v.n - SUM, name_seed(dim, number))) {
		txn_fail(t, ERR_INPUT, "name %u of kind %d is damaged", number, (int)dim);
		return (struct sv){ 0 };
	}
	return sv_sub(v, SUM, v.n - SUM);
}

struct sv names_text(struct txn *t, enum name_dim dim, uint32_t number)
{
	struct key k;
	struct sv v;

	if (!number)
		return (struct sv){ 0 };
	key_name(&k, (uint8_t)dim, number);
	if (!txn_get(t, DB_NAMES, key_sv(&k), &v))
		return (struct sv){ 0 };
	return open_text(t, dim, number, v);
}

struct sv names_text_at(struct txn_cursor *c, enum name_dim dim, uint32_t number)
{
	struct key k;
	bool there;

	if (!number)
		return (struct sv){ 0 };
	key_name(&k, (uint8_t)dim, number);
	there = c->key.n == k.n && be_get(c->key.p + 2, 4) + 1 == number && txn_next(c) &&
		sv_eq(c->key, key_sv(&k));
	if (!there && !txn_seek_exact(c, key_sv(&k))) {
		c->key.n = 0;
		return (struct sv){ 0 };
	}
	return open_text(c->txn, dim, number, c->value);
}

uint32_t names_count(struct txn *t, enum name_dim dim)
{
	struct txn_cursor c;
	struct key k;
	uint32_t count = 0;

	key_name(&k, (uint8_t)(dim + 1), 0);
	txn_cursor_open(&c, t, DB_NAMES);
	if (txn_seek(&c, key_sv(&k)) ? txn_prev(&c) : txn_last(&c))
		if (c.key.n == 6 && c.key.p[0] == 'n' && c.key.p[1] == (char)dim)
			count = (uint32_t)be_get(c.key.p + 2, 4);
	txn_cursor_close(&c);
	return count;
}

uint32_t names_intern(struct txn *t, enum name_dim dim, struct sv text)
{
	char value[SUM + NAME_MAX];
	struct key k;
	uint32_t number = names_find(t, dim, text);

	if (number || !text.n || t->err.code)
		return number;
	if (text.n > NAME_MAX) {
		txn_fail(t, ERR_INPUT, "a name of %zu bytes is too long", text.n);
		return 0;
	}
	number = names_count(t, dim) + 1;
	memcpy(value + SUM, text.p, text.n);
	le_set(value, sum32(text.p, text.n, name_seed(dim, number)), SUM);
	key_name(&k, (uint8_t)dim, number);
	txn_put(t, DB_NAMES, key_sv(&k), (struct sv){ value, SUM + text.n });
	key_name_text(&k, (uint8_t)dim, text);
	le_set(value, number, 4);
	le_set(value + 4, sum32(k.p, k.n, number), 4);
	txn_put(t, DB_NAMES, key_sv(&k), (struct sv){ value, 8 });
	return t->err.code ? 0 : number;
}

void names_forget(struct txn *t, enum name_dim dim, uint32_t number)
{
	struct sv text = names_text(t, dim, number);
	char value[SUM];
	struct key k;

	if (!text.n)
		return;
	key_name_text(&k, (uint8_t)dim, text);
	txn_delete(t, DB_NAMES, key_sv(&k));
	le_set(value, sum32("", 0, name_seed(dim, number)), SUM);
	key_name(&k, (uint8_t)dim, number);
	txn_put(t, DB_NAMES, key_sv(&k), (struct sv){ value, SUM });
}

void names_each(struct txn *t, enum name_dim dim, struct sv prefix,
		bool (*take)(void *self, uint32_t number, struct sv text), void *self)
{
	struct txn_cursor c;
	struct key k;
	struct sv from;
	bool more;

	key_name_text(&k, (uint8_t)dim, prefix);
	from = key_sv(&k);
	txn_cursor_open(&c, t, DB_NAMES);
	for (more = txn_seek(&c, from); more; more = txn_next(&c)) {
		uint32_t number;
		struct sv text;

		if (!sv_starts(c.key, from))
			break;
		number = c.value.n == 8 ? (uint32_t)le_get(c.value.p, 4) : 0;
		text = names_text(t, dim, number);
		if (t->err.code || !take(self, number, text))
			break;
	}
	txn_cursor_close(&c);
}
