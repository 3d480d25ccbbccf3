/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_reply.c: any bytes as the text of a mail: what was written in it, and the score. What
 * must hold besides not crashing: nothing is made up, no quote is left, scores are on their
 * scale.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/mail_reply.h"
#include "collector/mail_token.h"

static void check_lines(struct sv reply, struct sv body)
{
	while (reply.n) {
		struct sv line = sv_cut(&reply, '\n');

		if (line.n && (line.p[0] == '>' || sv_find(body, line) < 0))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv body = { (const char *)data, size }, reply, rest, id = { NULL, 0 };
	struct arena arena;
	int value;

	arena_init(&arena, 0);
	if (!reply_text(body, &arena, &reply))
		abort();
	check_lines(reply, body);
	for (int kind = 0; kind < SCORE_KINDS; kind++) {
		struct score want = score_preset((enum score_kind)kind);

		if (reply_score(reply, &want, &value, &rest) &&
		    (value < want.min || value > want.max || rest.n > reply.n))
			abort();
	}
	if (reply_subject(body).n > body.n)
		abort();
	if (token_within(SV("[#{id}]"), body, &id) && !id.n)
		abort();
	if (token_at(SV("survey+{id}.{mac}@"), body, &id) && !id.n)
		abort();
	arena_release(&arena);
	return 0;
}
