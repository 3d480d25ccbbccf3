/* SPDX-License-Identifier: Apache-2.0 */
/* test_settings.c: what opinia.conf may say, and what is said of a line that it may not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/settings.h"

static int read_text(const char *text, struct settings **out, struct arena *a,
		     struct err *err)
{
	char path[] = "/tmp/opinia-test-XXXXXX";
	int fd = mkstemp(path), rc;
	FILE *f = fdopen(fd, "w");

	cr_assert(f && fputs(text, f) >= 0 && !fclose(f));
	*err = ERR_NONE;
	rc = settings_read(out, path, a, err);
	unlink(path);
	return rc;
}

Test(settings, a_wrong_line_is_named_with_what_would_be_right)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "[kpi]\nperid = 30\n",
		  ":2: no setting `perid` in [kpi]; did you mean `period`" },
		{ "[kpi]\nperiod = 0\n", ":2: period = 0: between 1 and 3660 days" },
		{ "[kpi]\nperiod = soon\n",
		  ":2: period = soon: a whole number is wanted" },
		{ "what\n", ":1: neither `[section]` nor `key = value`" },
		{ "[source Shop]\nadapter = imap\n",
		  ":2: [source Shop]: a name has small letters" },
		{ "[source ../x]\nadapter = imap\n",
		  ":2: [source ../x]: a name has small letters" },
		{ "[source .x]\nadapter = imap\n", "a name has small letters" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings *s;
		struct arena a;
		struct err err;

		arena_init(&a, 0);
		cr_expect_eq(read_text(rows[i].text, &s, &a, &err), ERR_CONFIG, "%s",
			     rows[i].text);
		cr_expect_geq(sv_find(sv_of(err.text), sv_of(rows[i].said)), 0, "%s: %s",
			      rows[i].text, err.text);
		arena_release(&a);
	}
}

Test(settings, sources_keep_their_lines_in_order)
{
	struct settings *s;
	struct arena a;
	struct err err;
	const struct setting_source *at;
	size_t n;
	char text[6000] = "[source a]\nadapter = imap\n";
	size_t used = strlen(text);

	arena_init(&a, 0);
	cr_assert_eq(read_text("[source mail-1]\nadapter = imap\nmap.csat = Nota\n\n"
			       "[kpi]\nperiod = 7\n\n[source b]\nadapter = chatwoot\n"
			       "map.csat = Ocena\n[source mail-1]\nevery = 5m\n",
			       &s, &a, &err),
		     0, "%s", err.text);
	cr_expect_eq(setting_number(s, "kpi", "period"), 7);
	at = settings_sources(s, &n);
	cr_assert_eq(n, 2u);
	cr_expect(sv_eq(at[0].name, SV("mail-1")) && sv_eq(at[1].name, SV("b")));
	cr_assert_eq(at[0].count, 3u);
	cr_expect(sv_eq(at[0].pairs[1].key, SV("map.csat")));
	cr_expect(sv_eq(at[0].pairs[1].value, SV("Nota")));
	cr_expect_eq(at[0].pairs[1].line, 3);
	cr_expect(sv_eq(at[0].pairs[2].key, SV("every")) && at[0].pairs[2].line == 12);
	/* a line that the reader would cut in two is refused instead */
	memset(text + used, 'x', 300);
	snprintf(text + used + 300, 20, " = 1\n");
	cr_expect_eq(read_text(text, &s, &a, &err), ERR_CONFIG);
	cr_expect_geq(sv_find(sv_of(err.text), SV("a line has")), 0, "%s", err.text);
	arena_release(&a);
}
