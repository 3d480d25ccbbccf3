/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_packs.c: packs have names in the sources and a bit each in the table, in the order in
 * which packs/taxonomy.tsv names them.
 */
#include "analyzer/build.h"

enum { NAME_LONGEST = 32 };

static bool name_ok(struct sv name)
{
	static const char reserved[][5] = { "all", "none" };

	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && name.p[i] != '_')
			return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (sv_eq(name, sv_of(reserved[i])))
			return false;
	return name.n > 0 && name.n <= NAME_LONGEST;
}

static uint32_t pack_bit(struct builder *b, const struct source *src, struct sv name,
			 bool add)
{
	uint32_t at = build_string(b, name), i = 0;

	while (i < b->pack_count && b->packs[i] != at)
		i++;
	if (i < b->pack_count)
		return 1u << i;
	if (!add)
		build_note(b, src, true,
			   "no such pack \"" SV_FMT "\": packs/taxonomy.tsv names them",
			   SV_ARG(name));
	else if (!name_ok(name))
		build_note(b, src, true,
			   "\"" SV_FMT
			   "\" is no name of a pack: small letters, at most %d",
			   SV_ARG(name), NAME_LONGEST);
	else if (b->pack_count == PACKS_MAX)
		build_note(b, src, true, "more than %d packs", PACKS_MAX);
	else
		b->packs[b->pack_count++] = at;
	return i < b->pack_count ? 1u << i : 0;
}

uint32_t build_pack_bits(struct builder *b, const struct source *src, struct sv names,
			 bool add)
{
	uint32_t bits = 0;

	do {
		bits |= pack_bit(b, src, sv_trim(sv_cut(&names, ',')), add);
	} while (names.n && !b->failed);
	return bits;
}

void build_packs(struct builder *b)
{
	for (uint32_t i = 0; i < b->pack_count; i++) {
		uint32_t *at = vec_add(b, &b->sec[SEC_PACKS], sizeof(*at));

		if (at)
			*at = b->packs[i];
	}
}
