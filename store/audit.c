/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c: see audit.h; the bytes are in docs/formats/store.md. */
#include "store/audit.h"

#include <string.h>

#include "store/crypto.h"
#include "store/keys.h"
#include "store/meta.h"
#include "store/open_key.h"

enum {
	CHAIN = 32,
	HEAD = 8 + CHAIN, /* number of the last entry, its chain */
	FIXED = 8 + 4,	  /* at, uid */
	TEXTS = 4,
	TEXT_MAX = 1000,
	ENTRY_MAX = CHAIN + FIXED + TEXTS * (2 + TEXT_MAX)
};

struct head {
	uint64_t number;
	uint8_t chain[CHAIN];
};

static bool head_read(struct txn *t, struct head *h)
{
	struct sv v = meta_get(t, "audit");

	memset(h, 0, sizeof(*h));
	if (!v.n)
		return true;
	if (v.n != HEAD)
		return false;
	h->number = le_get(v.p, 8);
	memcpy(h->chain, v.p + 8, CHAIN);
	return true;
}

static void head_write(struct txn *t, const struct head *h)
{
	char v[HEAD];

	le_set(v, h->number, 8);
	memcpy(v + 8, h->chain, CHAIN);
	meta_put(t, "audit", (struct sv){ v, HEAD });
}

/* The chain goes on over number and bytes of the next entry. */
static void chain_on(const struct opinia_store *s, struct head *h, struct sv bytes)
{
	crypto_generichash_state st;
	uint8_t number[8];

	be_set(number, ++h->number, 8);
	crypto_generichash_init(&st, s->keys.audit, KEY_BYTES, CHAIN);
	crypto_generichash_update(&st, h->chain, CHAIN);
	crypto_generichash_update(&st, number, sizeof(number));
	crypto_generichash_update(&st, (const uint8_t *)bytes.p, bytes.n);
	crypto_generichash_final(&st, h->chain, CHAIN);
}

/* ---- one entry --------------------------------------------------------------------- */

static size_t encode(const struct opinia_audit *a, int64_t now, char *out)
{
	const struct sv texts[TEXTS] = { a->who, a->action, a->what, a->why };
	char *p = out + FIXED;

	le_set(out, (uint64_t)now, 8);
	le_set(out + 8, a->uid, 4);
	for (unsigned i = 0; i < TEXTS; i++) {
		size_t n = texts[i].n < TEXT_MAX ? texts[i].n : TEXT_MAX;

		le_set(p, n, 2);
		if (n)
			memcpy(p + 2, texts[i].p, n);
		p += 2 + n;
	}
	return (size_t)(p - out);
}

static bool decode(struct sv in, struct opinia_audit *out)
{
	struct sv *texts[TEXTS] = { &out->who, &out->action, &out->what, &out->why };
	size_t at = FIXED;

	if (in.n < FIXED)
		return false;
	out->at = (int64_t)le_get(in.p, 8);
	out->uid = (uint32_t)le_get(in.p + 8, 4);
	for (unsigned i = 0; i < TEXTS; i++) {
		size_t n = at + 2 <= in.n ? (size_t)le_get(in.p + at, 2) : SIZE_MAX;

		if (n > TEXT_MAX || at + 2 + n > in.n)
			return false;
		*texts[i] = (struct sv){ in.p + at + 2, n };
		at += 2 + n;
	}
	return at == in.n;
}

void audit_put(struct txn *t, const struct opinia_store *s, const struct opinia_audit *a)
{
	char v[ENTRY_MAX];
	struct head h;
	struct key k;
	size_t n;

	if (!a)
		return;
	if (!head_read(t, &h)) {
		txn_fail(t, ERR_INPUT, "the end of the audit trail is damaged");
		return;
	}
	n = encode(a, when_now(), v + CHAIN);
	chain_on(s, &h, (struct sv){ v + CHAIN, n });
	memcpy(v, h.chain, CHAIN);
	key_start(&k);
	key_u(&k, h.number, 8);
	txn_put(t, DB_AUDIT, key_sv(&k), (struct sv){ v, CHAIN + n });
	head_write(t, &h);
}

/* ---- the door ---------------------------------------------------------------------- */

/* Is the latest entry of this action about the same? */
static bool said_before(struct txn *t, const struct opinia_audit *a)
{
	struct txn_cursor c;
	struct opinia_audit last;
	bool same = false;

	txn_cursor_open(&c, t, DB_AUDIT);
	for (bool more = txn_last(&c); more; more = txn_prev(&c)) {
		if (!decode(sv_sub(c.value, CHAIN, c.value.n), &last) ||
		    !sv_eq(last.action, a->action))
			continue;
		same = sv_eq(last.what, a->what);
		break;
	}
	txn_cursor_close(&c);
	return same;
}

static int append(struct opinia_store *s, const struct opinia_audit *a, bool once,
		  bool *full, struct err *err)
{
	struct txn t;
	int rc = txn_write(&t, s->env, err);

	*full = false;
	if (rc)
		return rc;
	rc = store_key_current(s, &t, err);
	if (rc || (once && said_before(&t, a))) {
		txn_abort(&t);
		return rc;
	}
	audit_put(&t, s, a);
	rc = txn_commit(&t, err);
	*full = rc && t.full;
	return rc;
}

static int append_patiently(struct opinia_store *s, const struct opinia_audit *a,
			    bool once, struct err *err)
{
	bool full;
	int rc;

	if (!s->has_key)
		return err_set(err, ERR_CONFIG, "the audit trail needs the store's key");
	do
		rc = append(s, a, once, &full, err);
	while (rc && full && !env_grow(s->env, err));
	return rc;
}

int opinia_store_audit(struct opinia_store *s, const struct opinia_audit *a,
		       struct err *err)
{
	return append_patiently(s, a, false, err);
}

int opinia_store_audit_change(struct opinia_store *s, const struct opinia_audit *a,
			      struct err *err)
{
	return append_patiently(s, a, true, err);
}

/* Take the entry at @c as the next of the chain. False: it is not. */
static bool verify_next(const struct opinia_store *s, struct head *h,
			const struct txn_cursor *c, struct opinia_audit *out)
{
	if (c->key.n != 8 || c->value.n < CHAIN || be_get(c->key.p, 8) != h->number + 1 ||
	    !decode(sv_sub(c->value, CHAIN, c->value.n), out))
		return false;
	out->number = h->number + 1;
	if (!s->has_key) {
		h->number++;
		return true;
	}
	chain_on(s, h, sv_sub(c->value, CHAIN, c->value.n));
	if (!sodium_memcmp(h->chain, c->value.p, CHAIN))
		return true;
	h->number--;
	return false;
}

int opinia_audit_read(struct opinia_snapshot *snap,
		      int (*take)(void *self, const struct opinia_audit *a,
				  struct err *err),
		      void *self, uint64_t *count, struct err *err)
{
	const struct opinia_store *s = snap->store;
	struct head h = { .number = 0 }, end;
	struct opinia_audit a;
	struct txn_cursor c;
	bool good = head_read(&snap->txn, &end);
	int rc = 0;

	txn_cursor_open(&c, &snap->txn, DB_AUDIT);
	for (bool more = txn_first(&c); more && good && !rc; more = txn_next(&c)) {
		good = verify_next(s, &h, &c, &a);
		if (good && take)
			rc = take(self, &a, err);
	}
	txn_cursor_close(&c);
	*count = h.number;
	if (rc || txn_failed(&snap->txn, err))
		return rc ? rc : (int)snap->txn.err.code;
	if (good && h.number == end.number &&
	    (!s->has_key || !memcmp(h.chain, end.chain, CHAIN)))
		return 0;
	if (good)
		return err_set(
			err, ERR_NOTHING,
			"the audit trail ends at entry %llu and should end at %llu",
			(unsigned long long)h.number, (unsigned long long)end.number);
	return err_set(err, ERR_NOTHING,
		       "the audit trail: entry %llu is not what was written",
		       (unsigned long long)h.number + 1);
}
