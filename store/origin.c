/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.c: see origin.h. The seal is a record's with number 0, under the secret
 * `content`, which stays when the store's key is changed.
 */
#include "store/origin.h"

#include <string.h>

#include "store/crypto.h"

enum { HIGHEST_LINE = 999999999 };

struct sv origin_file(struct sv origin, uint32_t *line)
{
	size_t at = origin.n;
	uint64_t n = 0;

	*line = 0;
	while (at && origin.p[at - 1] >= '0' && origin.p[at - 1] <= '9')
		at--;
	if (at < 2 || at == origin.n || origin.p[at - 1] != ':' || origin.p[at] == '0')
		return (struct sv){ 0 };
	for (size_t i = at; i < origin.n && n <= HIGHEST_LINE; i++)
		n = 10 * n + (uint64_t)(origin.p[i] - '0');
	if (n > HIGHEST_LINE)
		return (struct sv){ 0 };
	*line = (uint32_t)n;
	return sv_sub(origin, 0, at - 1);
}

struct sv origin_name(const struct opinia_store *store, struct sv file,
		      struct arena *arena)
{
	uint8_t *buf = arena_take(arena, SEAL_HEAD + file.n);
	struct seal seal;

	if (!buf)
		return (struct sv){ 0 };
	memcpy(buf + SEAL_HEAD, file.p, file.n);
	seal_text(store->keys.content, 0, buf, file.n, &seal);
	seal_bind(&seal, &(struct seal_place){ 0, 0 }, buf);
	return (struct sv){ (char *)buf + SEAL_HEAD - SEAL_NONCE, SEAL_NONCE + file.n };
}

struct sv origin_text(const struct opinia_store *store, struct sv name, uint32_t line,
		      struct arena *arena)
{
	uint8_t *plain = arena_take(arena, SEAL_HEAD + name.n);
	char *text;

	if (!plain || !store->has_key || name.n <= SEAL_NONCE ||
	    !seal_open(store->keys.content, &(struct seal_place){ 0, 0 }, 0, name, plain))
		return (struct sv){ 0 };
	text = arena_printf(arena, "%.*s:%u", (int)(name.n - SEAL_NONCE),
			    (const char *)plain + SEAL_HEAD, (unsigned)line);
	return text ? sv_of(text) : (struct sv){ 0 };
}
