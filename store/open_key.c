/* SPDX-License-Identifier: Apache-2.0 */
/* open_key.c: see open_key.h. */
#include "store/open_key.h"

#include <stdlib.h>
#include <string.h>

#include "store/crypto.h"
#include "store/keys.h"
#include "store/meta.h"

enum {
	NONCE = 24,
	AT_NONCE = 4,
	AT_SEALED = AT_NONCE + NONCE,
	SECRETS = sizeof(struct subkeys),
	VALUE = AT_SEALED + SECRETS + SEAL_TAG,
	BOUND = STORE_ID_BYTES + 4
};
_Static_assert(SECRETS == 6 * KEY_BYTES + 16, "bytes that go to the disk have no gaps");

void secrets_make(struct subkeys *out)
{
	randombytes_buf(out, sizeof(*out));
}

static void bind(uint8_t bound[BOUND], const uint8_t *store_id, uint32_t generation)
{
	memcpy(bound, store_id, STORE_ID_BYTES);
	le_set(bound + STORE_ID_BYTES, generation, 4);
}

void secrets_put(struct txn *t, const uint8_t store_id[STORE_ID_BYTES],
		 const struct keyset *set, uint32_t generation,
		 const struct subkeys *secrets)
{
	uint8_t v[VALUE], bound[BOUND];

	le_set(v, generation, 4);
	randombytes_buf(v + AT_NONCE, NONCE);
	bind(bound, store_id, generation);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		v + AT_SEALED, NULL, (const uint8_t *)secrets, SECRETS, bound, BOUND,
		NULL, v + AT_NONCE, set->secret);
	meta_put(t, "secrets", (struct sv){ (char *)v, VALUE });
}

bool secrets_get(struct txn *t, const uint8_t store_id[STORE_ID_BYTES],
		 const struct keyset *set, uint32_t *generation, struct subkeys *out)
{
	struct sv v = meta_get(t, "secrets");
	const uint8_t *p = (const uint8_t *)v.p;
	uint8_t bound[BOUND];

	if (v.n != VALUE)
		return false;
	*generation = (uint32_t)le_get(p, 4);
	bind(bound, store_id, *generation);
	return !crypto_aead_xchacha20poly1305_ietf_decrypt(
		(uint8_t *)out, NULL, NULL, p + AT_SEALED, VALUE - AT_SEALED, bound,
		BOUND, p + AT_NONCE, set->secret);
}

/* A change was begun: which of the two fits tells whether the store has followed. */
static int settle(struct opinia_store *s, struct txn *t, struct keyset *next,
		  struct err *err)
{
	bool old = secrets_get(t, s->id, &s->set, &s->generation, &s->keys);
	struct keyset swap = s->set;

	if (!old && !secrets_get(t, s->id, next, &s->generation, &s->keys))
		return 0;
	s->has_key = true;
	if (!old) {
		s->set = *next;
		*next = swap;
	}
	if (s->read_only || s->key_lent) /* another store may have got further */
		return 0;
	return keyfile_end(s->key_path, old, err);
}

int store_key_open(struct opinia_store *s, struct txn *t,
		   const struct opinia_store_options *opt, struct err *err)
{
	struct keyset next;
	bool has_next;
	int rc = keyfile_load(s->key_path, s->id, &s->set, &next, &has_next, err);

	s->key_lent = opt->key_lent || meta_get(t, "lent").n != 0;
	s->key_shift = shift_read(t);
	if (!rc && has_next)
		rc = settle(s, t, &next, err);
	else if (!rc)
		s->has_key = secrets_get(t, s->id, &s->set, &s->generation, &s->keys);
	keyset_release(&next);
	if (rc == ERR_MISSING && opt->without_key) {
		*err = ERR_NONE;
		return 0;
	}
	if (rc == ERR_MISSING)
		return err_set(err, ERR_CONFIG,
			       "the key file %s is not there; without it the store has "
			       "numbers but no words",
			       s->key_path);
	if (rc || s->has_key)
		return rc;
	return err_set(err, ERR_CONFIG, "the key file %s is not the key of the store %s",
		       s->key_path, opt->dir);
}

int store_key_current(const struct opinia_store *s, struct txn *t, struct err *err)
{
	struct sv v = meta_get(t, "secrets");

	if (!s->has_key || (v.n == VALUE && le_get(v.p, 4) == s->generation))
		return txn_failed(t, err);
	return err_set(err, ERR_AGAIN,
		       "the key of the store was changed since this program began; "
		       "start it again");
}
