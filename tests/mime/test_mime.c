/* SPDX-License-Identifier: Apache-2.0 */
/* test_mime.c: the pieces that a mail is taken apart with; whole mails are in tests/mails. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mime_wire.h"
#include "mime/charset.h"
#include "mime/flowed.h"
#include "mime/header.h"
#include "mime/html.h"
#include "mime/machine.h"
#include "mime/mime.h"
#include "mime/scan.h"
#include "mime/words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void expect(const char *what, struct buf *got, const char *expected)
{
	cr_expect(sv_eq(buf_sv(got), sv_of(expected)), "%s:\n" SV_FMT "\n--- not:\n%s",
		  what, SV_ARG(buf_sv(got)), expected);
	buf_clear(got);
}

Test(mime, letters_survive_what_mails_say_of_them)
{
	static const struct {
		const char *bytes, *declared, *text;
	} rows[] = {
		{ "a\xc4\x99", "utf-8", "aę" },
		{ "dzi\xc4\x99kuj\xc4\x99", "us-ascii", "dziękuję" },
		{ "dzi\xea", "UTF-8", "dzię" },
		{ "\xb6wit", "iso-8859-2", "świt" },
		{ "\x9cwit", "iso-8859-2", "świt" },
		{ "\x9cwit", "ISO-8859-1", "świt" },
		{ "\xe9t\xe9", "iso-8859-1", "été" },
		{ "\xb6wit", "", "świt" },
		{ "\x9cwit", "", "świt" },
		{ "\xb9 \xea", "x-unknown", "ą ę" },
		{ "R\xd3\xaf", "windows-1250", "RÓŻ" },
		{ "R\xd3\xaf a\xd3\xaf", "iso-8859-16", "RÓŻ aÓŻ" },
		{ "\xba\xfe", "iso-8859-16", "șț" },
		{ "\xba\xfe", "windows-1250", "şţ" },
		{ "Mul+Ahs-umesc", "UTF-7", "Mulțumesc" },
		{ "Mul+Ahs-umesc", "utf-8", "Mul+Ahs-umesc" },
		{ "a", "UTF-7//IGNORE", "a" },
		{ "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "iso-8859-2",
		  "привет" },
		{ "a\r\nb\rc\x07\x1b", "", "a\nb\nc" },
		{ "\xc4\x83\xc8\x99\xc4\x83 \xff", "utf-8", "ășă \xef\xbf\xbd" },
		{ "\xf4\x8f\xbf\xc0", "gb18030//X", NULL },
		{ "", "utf-16", "" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		charset_put(&b, sv_of(rows[i].bytes), sv_of(rows[i].declared));
		if (rows[i].text)
			expect(rows[i].declared, &b, rows[i].text);
		buf_clear(&b);
	}
	clean_put(&b, SV("a\0b"));
	expect("NUL", &b, "ab");
	buf_release(&b);
}

Test(mime, encoded_words_and_raw_bytes_of_headers_are_read)
{
	static const char *const rows[][2] = {
		{ "plain", "plain" },
		{ "=?utf-8?Q?R=C4=83spuns_automat=3A?= da", "Răspuns automat: da" },
		{ "=?UTF-8?B?xJlsaQ==?= =?utf-8?B?xJk=?=", "ęlię" },
		{ "=?utf-8?B?xA==?= =?utf-8?B?mQ==?=", "ę" },
		{ "=?iso-8859-2?Q?=B6?= =?utf-8?Q?=C8=9B?=", "śț" },
		{ "=?iso-8859-16*ro?Q?=BA?=", "ș" },
		{ "a =?utf-8?X?b?= c", "a =?utf-8?X?b?= c" },
		{ "=?utf-8?Q?a", "=?utf-8?Q?a" },
		{ "=?utf-8?Q?=C?= =?utf-8?Q?=ZZ?=", "=C=ZZ" },
		{ "=?=?=?=?", "=?=?=?=?" },
		{ "Zg\xb3oszenie", "Zgłoszenie" },
		{ "Zgłoszenie", "Zgłoszenie" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		words_put(&b, sv_of(rows[i][0]));
		expect(rows[i][0], &b, rows[i][1]);
	}
	header_text(SV("a\r\n b\r\n\tc"), &b);
	expect("folded", &b, "a b c");
	buf_release(&b);
}

Test(mime, addresses_and_ids_are_found_among_names_and_comments)
{
	static const char *const addresses[][2] = {
		{ "ana@example.ro", "ana@example.ro " },
		{ "Ana <ana@example.ro>, b@c", "ana@example.ro b@c " },
		{ "\"x@y, z\" <a@b>", "a@b " },
		{ "(c@d) a@b (e@f(g@h))", "a@b " },
		{ "Echipa: a@b, c@d;", "a@b c@d " },
		{ "<>, @, a@, @b, a b", "" },
		{ "\"open <a@b>", "" },
	};
	struct sv rest, one;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(addresses); i++) {
		rest = sv_of(addresses[i][0]);
		while (address_next(&rest, &one))
			buf_printf(&b, SV_FMT " ", SV_ARG(one));
		expect(addresses[i][0], &b, addresses[i][1]);
	}
	rest = SV("<a@b>\r\n < c@d > x <> <e");
	while (id_next(&rest, &one))
		buf_printf(&b, SV_FMT " ", SV_ARG(one));
	expect("ids", &b, "a@b c@d e ");
	buf_release(&b);
}

Test(mime, html_becomes_what_a_person_reads)
{
	static const char *const rows[][2] = {
		{ "<p>a</p><p>b</p>", "a\n\nb\n" },
		{ "a<br>b<br/>c", "a\nb\nc\n" },
		{ "<div>a<div>b</div></div>c", "a\nb\nc\n" },
		{ "<ul><li>a<li>b</ul>", "a\nb\n" },
		{ "a  \n\t b&nbsp;&nbsp;c", "a b c\n" },
		{ "&lt;&amp;&gt; &#537;&#x21B; &abreve; &nu; & a&b",
		  "<&> șț ă &nu; & a&b\n" },
		{ "&#0;&#xD800;&#x110000;x", "&#0;\xef\xbf\xbd\xef\xbf\xbdx\n" },
		{ "<head><title>t</title></head><style>s</style>a<script>1<2</script>",
		  "a\n" },
		{ "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e",
		  "a\n>\ne\n" },
		{ "a<div class=\"x gmail_quote\">b<div>c</div></div><div>e</div>",
		  "a\n>\ne\n" },
		{ "a<div id=divRplyFwdMsg>b</div><div>c</div>", "a\n>\n" },
		{ "a<div class=moz-cite-prefix>b:</div>c", "a\nc\n" },
		{ "a<span style='display:none'>b</span>c", "a\nc\n" },
		{ "a<!-- <p>b</p> -->c<!doctype x>d<?xml?>e", "acde\n" },
		{ "1 < 2 <3 a<b", "1 < 2 <3 a<b\n" },
		{ "<a href=\"x>y\" title='>'>z</a>", "z\n" },
		{ "<td>a</td><td>b</td>", "a b\n" },
		{ "<pre>a\nb</pre>", "a\nb\n" },
		{ "<img alt=x class=gmail_quote>a", "a\n" },
		{ "<style>a", "" },
		{ "<", "<\n" },
		{ "a<!--", "a\n" },
		{ "", "" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		html_text(sv_of(rows[i][0]), &b);
		expect(rows[i][0], &b, rows[i][1]);
	}
	buf_release(&b);
}

Test(mime, flowed_paragraphs_are_whole_again)
{
	static const struct {
		const char *text;
		bool delsp;
		const char *expected;
	} rows[] = {
		{ "a \nb\nc\n", false, "a b\nc\n" },
		{ "a \nb\n", true, "ab\n" },
		{ "> a \n> b\nc\n", false, "> a b\nc\n" },
		{ "> a \nb\n", false, "> a \nb\n" },
		{ ">> a \n> b \n", false, ">> a \n> b \n" },
		{ " From x\n  y\n", false, "From x\n y\n" },
		{ "a \n-- \nAna\n", false, "a \n-- \nAna\n" },
		{ "a ", false, "a \n" },
		{ "", false, "" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		flowed_text(sv_of(rows[i].text), rows[i].delsp, &b);
		expect(rows[i].text, &b, rows[i].expected);
	}
	buf_release(&b);
}

Test(mime, machines_are_told_from_people)
{
	static const char *const rows[][2] = {
		{ "Auto-Submitted: no", "" },
		{ "Auto-Submitted: No (really)", "" },
		{ "Auto-Submitted: auto-generated",
		  "auto-reply: Auto-Submitted: auto-generated" },
		{ "X-Auto-Response-Suppress: All",
		  "auto-reply: X-Auto-Response-Suppress: All" },
		{ "X-Auto-Response-Suppress: DR", "" },
		{ "Precedence: list", "" },
		{ "Precedence: Bulk", "auto-reply: Precedence: Bulk" },
		{ "Return-Path: <>", "auto-reply: Return-Path: <>" },
		{ "Return-Path: <a@b>", "" },
		{ "List-Id: <x>\r\nList-Unsubscribe: <y>", "" },
		{ "From: MAILER-DAEMON@x", "bounce: From: MAILER-DAEMON@x" },
		{ "From: a@b", "" },
	};
	static const char *const subjects[] = {
		"Automatic reply: x", "RĂSPUNS AUTOMAT: x",
		"Raspuns automat: x", "Automatyczna odpowiedź: x",
		"Autoodpowiedź",      "Odpowiedz automatyczna: x"
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		machine_of(sv_of(rows[i][0]), SV("Re: x"), &b);
		expect(rows[i][0], &b, rows[i][1]);
	}
	for (size_t i = 0; i < COUNT(subjects); i++) {
		machine_of(SV("From: a@b"), sv_of(subjects[i]), &b);
		cr_expect(sv_starts(buf_sv(&b), SV("auto-reply: Subject: ")), "%s",
			  subjects[i]);
		buf_clear(&b);
	}
	machine_of(SV("From: a@b"), SV("Odpowiedź: x"), &b);
	expect("a person's answer", &b, "");
	buf_release(&b);
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
/* Each bit: something that a process which reads mails could still do. */
static int what_is_left(void)
{
	static char *const argv[] = { (char *)"/bin/true", NULL };
	char *volatile room; /* or the compiler takes it for granted */
	struct buf answer;
	int left = 0;

	mime_confine();
	left |= (socket(AF_INET, SOCK_STREAM, 0) >= 0) << 0;
	left |= (execv(argv[0], argv) >= 0) << 1;
	left |= (fork() >= 0) << 2;
	room = malloc(600 << 20);
	left |= (room != NULL) << 3;
	mime_begin();
	buf_init(&answer, 0);
	mime_answer(SV("From: a@b\nContent-Type: text/plain; charset=iso-8859-2\n\n\xb6"),
		    &answer);
	left |= (sv_find(buf_sv(&answer), SV("ś")) < 0) << 4;
	return left;
}

Test(mime, who_reads_mails_can_do_nothing_else)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(what_is_left());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), 0, "%d", WEXITSTATUS(status));
}
#endif

/* The child's loop in this process: two mails in, two answers and the end out. */
Test(mime, the_loop_answers_until_it_is_told_to_stop)
{
	struct sv mail = SV("From: a@b\nContent-Type: text/plain\n\nx--\n");
	struct err err = ERR_NONE;
	struct buf answer;
	enum mime_field field;
	struct sv rest, text;
	int pair[2];
	bool end;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cr_assert_eq(mime_send(pair[0], mail, &err), 0);
	cr_assert_eq(mime_send(pair[0], SV("no mail"), &err), 0);
	cr_assert_eq(mime_send(pair[0], SV(""), &err), 0);
	cr_expect_eq(mime_serve(pair[1], pair[1]), 0);
	buf_init(&answer, 0);
	cr_expect_eq(
		mime_receive(pair[0], &answer, MIME_ANSWER_MAX, 1000, NULL, &end, &err),
		0);
	rest = buf_sv(&answer);
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_FROM);
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_TEXT);
	cr_expect(sv_eq(text, SV("x--\n")));
	cr_expect(!mime_next(&rest, &field, &text));
	cr_expect_eq(
		mime_receive(pair[0], &answer, MIME_ANSWER_MAX, 1000, NULL, &end, &err),
		0);
	rest = buf_sv(&answer);
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_ERROR);
	cr_expect(scan_mail(SV("")) != NULL);
	cr_expect(scan_mail(mail) == NULL);
	close(pair[0]);
	close(pair[1]);
	buf_release(&answer);
}
