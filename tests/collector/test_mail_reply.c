/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mail_reply.c: what the customer wrote, out of whole mails. tests/mails/files/replies.txt
 * has them: "%% name", the body, "%=", what should be left.
 */
#include "collector/mail_reply.h"
#include "tests/collector/files.h"

#define REPLIES OPINIA_SOURCE_DIR "/tests/mails/files/replies.txt"
enum { REPLIES_MIN = 120 };

struct mail {
	struct sv name, body, expected;
};

/* Up to the line that begins with @mark; @rest goes behind that line's mark. */
static struct sv upto(struct sv *rest, struct sv mark)
{
	ptrdiff_t at = sv_find(*rest, mark);
	size_t n = at < 0 ? rest->n : (size_t)at;
	struct sv head = sv_sub(*rest, 0, n);

	*rest = sv_sub(*rest, n + mark.n, rest->n);
	return head;
}

static bool next(struct sv *rest, struct mail *m)
{
	if (!rest->n)
		return false;
	m->name = sv_cut(rest, '\n');
	m->body = upto(rest, SV("%=\n"));
	m->expected = sv_trim(upto(rest, SV("%% ")));
	return true;
}

Test(mail_reply, what_the_customer_wrote_is_found_in_whole_mails)
{
	struct buf file;
	struct sv rest, got;
	struct arena arena;
	struct mail m;
	size_t all = 0, right = 0;

	buf_init(&file, 0);
	arena_init(&arena, 0);
	slurp(REPLIES, &file);
	rest = buf_sv(&file);
	upto(&rest, SV("%% "));
	while (next(&rest, &m)) {
		cr_assert(reply_text(m.body, &arena, &got));
		cr_expect(sv_eq(got, m.expected),
			  SV_FMT ":\n" SV_FMT "\n--- instead of:\n" SV_FMT,
			  SV_ARG(m.name), SV_ARG(got), SV_ARG(m.expected));
		right += sv_eq(got, m.expected);
		all++;
	}
	cr_log_info("%zu of %zu", right, all);
	cr_expect_geq(all, (size_t)REPLIES_MIN);
	arena_release(&arena);
	buf_release(&file);
}

Test(mail_reply, prefixes_of_subjects_go)
{
	static const char *const rows[][2] = {
		{ "Re: Cum a fost?", "Cum a fost?" },
		{ "RE: Fwd: FW: Ankieta", "Ankieta" },
		{ "Odp: Re: Ankieta", "Ankieta" },
		{ "PD: Ankieta", "Ankieta" },
		{ "Răsp: Sondaj", "Sondaj" },
		{ "RĂSP: Sondaj", "Sondaj" },
		{ "Re[2]: Sondaj", "Sondaj" },
		{ "Re : Sondaj", "Sondaj" },
		{ "Odpowiedź: Ankieta", "Ankieta" },
		{ "Reclamație: colet", "Reclamație: colet" },
		{ "Ocena: 4", "Ocena: 4" },
		{ "", "" },
		{ "Re:", "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sv got = reply_subject(sv_of(rows[i][0]));

		cr_expect(sv_eq(got, sv_of(rows[i][1])), "%s: " SV_FMT, rows[i][0],
			  SV_ARG(got));
	}
}
