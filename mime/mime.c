/* SPDX-License-Identifier: Apache-2.0 */
/* mime.c: see mime.h. The ceilings first, then the header, then the parts. */
#include "mime/mime.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "core/i18n.h"
#include "core/mime_wire.h"
#include "mime/charset.h"
#include "mime/header.h"
#include "mime/machine.h"
#include "mime/scan.h"
#include "mime/walk.h"

enum { CPU_S = 10, ADDRESSES_MAX = 100, IDS_MAX = 50 };

/* ---- the process ------------------------------------------------------------------------- */

/* CPU_S more seconds from now on: what a mail takes too long for ends this process. */
static void renew_time(void)
{
	struct rusage used;
	struct rlimit r;

	if (getrusage(RUSAGE_SELF, &used) || getrlimit(RLIMIT_CPU, &r))
		return;
	r.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + CPU_S + 1;
	if (r.rlim_cur < r.rlim_max)
		setrlimit(RLIMIT_CPU, &r);
}

void mime_begin(void)
{
	g_mime_init();
}

void mime_end(void)
{
	g_mime_shutdown();
}

/* ---- the header -------------------------------------------------------------------------- */

static void put_addresses(struct buf *out, enum mime_field field, struct sv value,
			  int max)
{
	struct sv one;

	while (max-- > 0 && address_next(&value, &one))
		field_put(out, field, one);
}

static void put_recipients(struct buf *out, struct sv header)
{
	static const struct sv names[] = {
		SV_INIT("to"),		 SV_INIT("cc"),
		SV_INIT("delivered-to"), SV_INIT("x-original-to"),
		SV_INIT("envelope-to"),	 SV_INIT("resent-to")
	};
	struct sv name, value;
	int fields = 0;

	while (header_next(&header, &name, &value) && fields < ADDRESSES_MAX)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (sv_ieq(name, names[i])) {
				put_addresses(out, MIME_TO, value, ADDRESSES_MAX / 5);
				fields++;
			}
}

static void put_clean(struct buf *out, enum mime_field field, struct sv text)
{
	struct buf clean;

	buf_init(&clean, 0);
	header_text(text, &clean);
	if (clean.n)
		mime_put(out, field, buf_sv(&clean));
	buf_release(&clean);
}

static void put_ids(struct buf *out, struct sv header)
{
	struct sv rest = header_find(header, "Message-ID"), one, ids[IDS_MAX];
	size_t n = 0;

	if (id_next(&rest, &one))
		put_clean(out, MIME_MESSAGE_ID, one);
	rest = header_find(header, "In-Reply-To");
	if (id_next(&rest, &one))
		put_clean(out, MIME_REFERENCE, one);
	rest = header_find(header, "References");
	while (id_next(&rest, &one))
		if (n < IDS_MAX)
			ids[n++] = one;
		else
			ids[IDS_MAX - 1] = one; /* the first and the last ones matter */
	while (n)
		put_clean(out, MIME_REFERENCE, ids[--n]);
}

static void put_date(struct buf *out, struct sv header)
{
	struct sv value = sv_sub(header_find(header, "Date"), 0, 100);
	char text[128], ms[32];
	GDateTime *when;

	if (!value.n)
		return;
	snprintf(text, sizeof(text), SV_FMT, SV_ARG(value));
	when = g_mime_utils_header_decode_date(text);
	if (!when)
		return;
	snprintf(ms, sizeof(ms), "%lld", (long long)g_date_time_to_unix(when) * 1000);
	g_date_time_unref(when);
	mime_put(out, MIME_DATE, sv_of(ms));
}

static void put_language(struct buf *out, struct sv header)
{
	struct sv value = sv_sub(header_find(header, "Content-Language"), 0, 2);
	char two[2];

	if (value.n != 2)
		return;
	for (int i = 0; i < 2; i++) {
		two[i] = (char)(value.p[i] | 32);
		if (two[i] < 'a' || two[i] > 'z')
			return;
	}
	mime_put(out, MIME_LANGUAGE, (struct sv){ two, 2 });
}

static void put_header(struct buf *out, struct sv header, struct buf *subject)
{
	header_text(header_find(header, "Subject"), subject);
	if (subject->n)
		mime_put(out, MIME_SUBJECT, buf_sv(subject));
	put_addresses(out, MIME_FROM, header_find(header, "From"), 1);
	put_recipients(out, header);
	put_date(out, header);
	put_ids(out, header);
	put_language(out, header);
}

/* ---- the answer -------------------------------------------------------------------------- */

static GMimeObject *parse(struct sv mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail.p, mail.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *top = g_mime_parser_construct_part(parser, NULL);

	g_object_unref(stream);
	g_object_unref(parser);
	return top;
}

/* A bounce that is no report: the mail that came back stands in its text. */
static void old_bounce(struct walk *w, struct sv header, struct sv text)
{
	struct sv failed = header_find(header, "X-Failed-Recipients");

	put_addresses(w->out, MIME_BOUNCED_TO, failed, ADDRESSES_MAX);
	returned_put(w->out, text);
}

static void put_parts(struct walk *w, struct sv mail, struct sv header, struct sv subject)
{
	GMimeObject *top = parse(mail);
	struct buf text, machine;

	buf_init(&text, 0);
	buf_init(&machine, 0);
	machine_of(header, subject, &machine);
	if (top)
		walk_text(w, top, &text);
	if (!top || !walk_report(w, top)) {
		if (machine.n)
			mime_put(w->out, MIME_MACHINE, buf_sv(&machine));
		if (sv_starts(buf_sv(&machine), SV("bounce")))
			old_bounce(w, header, buf_sv(&text));
	}
	if (text.n)
		mime_put(w->out, MIME_TEXT, buf_sv(&text));
	if (top)
		walk_tables(w, top);
	buf_release(&machine);
	buf_release(&text);
	if (top)
		g_object_unref(top);
}

static void put_error(struct buf *out, const char *why)
{
	buf_clear(out);
	mime_put(out, MIME_ERROR, sv_of(why));
}

/* A line "From ana@example.ro Sat Nov 21 …" of a mailbox is no header. */
static struct sv behind_envelope(struct sv mail)
{
	if (sv_starts(mail, SV("From ")) || sv_starts(mail, SV(">From ")))
		sv_cut(&mail, '\n');
	return mail;
}

void mime_answer(struct sv mail, struct buf *out)
{
	struct walk w = { .out = out };
	const char *why;
	struct sv header, name, value;
	struct buf subject;

	buf_clear(out);
	mail = behind_envelope(mail);
	why = scan_mail(mail);
	header = header_block(mail);
	value = header;
	if (!why && !header_next(&value, &name, &value))
		why = N_("it has no header: it is no mail");
	if (why) {
		put_error(out, why);
		return;
	}
	buf_init(&subject, 0);
	put_header(out, header, &subject);
	put_parts(&w, mail, header, buf_sv(&subject));
	buf_release(&subject);
	if (w.wrong)
		put_error(out, w.wrong);
	else if (!buf_ok(out) || out->n > MIME_ANSWER_MAX)
		put_error(out, N_("its text is over 8 MiB"));
	if (!out->n)
		put_error(out, N_("nothing in it is understood: it is no mail"));
}

int mime_serve(int in, int out)
{
	struct buf mail, answer;
	bool end = false;
	int rc = 0;

	buf_init(&mail, 0);
	buf_init(&answer, 0);
	mime_begin();
	while (!rc) {
		renew_time();
		rc = mime_receive(in, &mail, MIME_MAIL_MAX + 1, 0, NULL, &end, NULL);
		if (rc || end)
			break;
		mime_answer(buf_sv(&mail), &answer);
		rc = mime_send(out, buf_sv(&answer), NULL);
	}
	mime_end();
	buf_release(&mail);
	buf_release(&answer);
	return rc != 0;
}
