/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_hook.c: any call to any scheme. The bytes are: the scheme's number, then lines "Name:
 * value" up to an empty one, then the body; ":query" and ":path" are the parts of the address.
 * Nothing that was not signed with the secret may be taken; a secret is not guessed here.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/hook.h"

enum { FUZZ_NOW_S = 1795287600 };

static struct sv line_of(struct sv *rest)
{
	return sv_cut(rest, '\n');
}

static void read_call(struct sv rest, struct hook_request *q, struct hook_header *headers,
		      struct sv *path)
{
	struct sv value;

	while ((value = line_of(&rest)).n) {
		struct sv name = sv_cut(&value, ':');

		if (!name.n && sv_starts(value, SV("query ")))
			q->query = sv_sub(value, 6, value.n);
		else if (!name.n && sv_starts(value, SV("path ")))
			*path = sv_sub(value, 5, value.n);
		else if (q->header_count < HOOK_HEADERS_MAX)
			headers[q->header_count++] =
				(struct hook_header){ name, sv_trim(value) };
	}
	q->body = rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sv secrets[] = {
		SV("whsec_3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="),
		SV("whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
		SV("\x01\x02 not to be guessed \xff"),
	};
	struct hook_header headers[HOOK_HEADERS_MAX];
	struct hook_request q = { .method = SV("POST"),
				  .headers = headers,
				  .received_at = (int64_t)FUZZ_NOW_S * 1000 };
	struct hook_proof proof;
	struct arena a;
	struct sv path = { NULL, 0 };
	size_t n;
	const struct hook_scheme *all = hook_scheme_all(&n);

	if (!size)
		return 0;
	arena_init(&a, 16 << 20);
	read_call((struct sv){ (const char *)data + 1, size - 1 }, &q, headers, &path);
	q.url = arena_printf(&a, "https://hooks.example.ro/hooks/" SV_FMT, SV_ARG(path));
	all[data[0] % n].verify(&q, secrets, 3, &a, &proof);
	if (proof.good || !proof.why || proof.delivery.n > size)
		abort();
	arena_release(&a);
	return 0;
}
