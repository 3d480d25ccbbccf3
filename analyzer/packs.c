/* SPDX-License-Identifier: Apache-2.0 */
/* packs.c: see packs.h. */
#include "analyzer/packs.h"

#include <sodium.h>
#include <string.h>

#include "core/nearest.h"

static int unknown(const struct table *t, struct sv name, struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv best;

	for (uint32_t i = 0; i < t->count[SEC_PACKS]; i++)
		nearest_try(&near, table_string(t, t->packs[i]));
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_USAGE,
			       "no topic pack \"" SV_FMT "\"; did you mean \"" SV_FMT
			       "\"?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(err, ERR_USAGE,
		       "no topic pack \"" SV_FMT
		       "\": all, none, or names from packs/taxonomy.tsv",
		       SV_ARG(name));
}

int packs_find(const struct table *t, struct sv names, uint32_t *packs, struct err *err)
{
	uint32_t count = t->count[SEC_PACKS], all = 0, chosen = 0;

	for (uint32_t i = 0; i < count; i++)
		all |= 1u << i;
	names = sv_trim(names);
	if (sv_eq(names, SV("all")) || sv_eq(names, SV("none"))) {
		*packs = names.p[0] == 'a' ? all : 0;
		return 0;
	}
	do {
		struct sv name = sv_trim(sv_cut(&names, ','));
		uint32_t i = 0;

		while (i < count && !sv_eq(table_string(t, t->packs[i]), name))
			i++;
		if (i == count)
			return unknown(t, name, err);
		chosen |= 1u << i;
	} while (names.n);
	*packs = chosen;
	return 0;
}

void packs_hash(const struct table *t, uint32_t packs, struct pack_hash *out)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(digest) + 1];
	crypto_hash_sha256_state state;

	memcpy(out->text, t->head->hash, sizeof(out->text));
	if (!packs)
		return;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)out->text,
				  sizeof(out->text));
	for (uint32_t i = 0; i < t->count[SEC_PACKS]; i++) {
		struct sv name = table_string(t, t->packs[i]);

		if (!(packs >> i & 1))
			continue;
		/* the NUL of nobody's name stands between two of them */
		crypto_hash_sha256_update(&state, (const unsigned char *)name.p, name.n);
		crypto_hash_sha256_update(&state, (const unsigned char *)"", 1);
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	memcpy(out->text + 7, hex, 64);
}
