/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_golden.c: the numbers that other people computed. The table is $OPINIA_GOLDEN, or
 * golden.csv beside this file; the test of the test makes sure that no row can hide.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "golden.h"

#ifndef OPINIA_SOURCE_DIR
#define OPINIA_SOURCE_DIR "."
#endif

static void file_read(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char *room;
	size_t n;

	cr_assert_not_null(f, "%s: no such file", path);
	do {
		room = buf_room(out, 4096);
		cr_assert_not_null(room);
		n = fread(room, 1, 4096, f);
		buf_took(out, n);
	} while (n);
	cr_assert_not(ferror(f), "%s: cannot be read", path);
	fclose(f);
}

Test(golden, every_row_of_the_table_holds)
{
	const char *path = getenv("OPINIA_GOLDEN");
	struct golden_report r;
	struct buf text;

	if (!path || !*path)
		path = OPINIA_SOURCE_DIR "/tests/metrics/golden.csv";
	buf_init(&text, 16 << 20);
	file_read(path, &text);
	r = golden_table(buf_sv(&text), true);
	cr_expect_eq(r.failed, 0, "%s: %zu of %zu rows fail; %s", path, r.failed, r.rows,
		     r.first);
	cr_expect_gt(r.rows, 0);
	buf_release(&text);
}

#define HEAD "id,metric,input,field,expected\n"

Test(golden, a_row_that_is_not_understood_is_a_failure)
{
	static const char *const bad[] = {
		"",
		HEAD,
		"id,metric,input,field\nx,nps,P=1;N=0;D=0,value,100\n",
		HEAD "x,npz,P=1;N=0;D=0,value,100\n",
		HEAD "x,nps,P=1;N=0;D=0,valeu,100\n",
		HEAD "x,nps,P=1;N=0;D=0,wilson95_lo,0\n",
		HEAD "x,nps,P=1;N=0;Q=0,value,100\n",
		HEAD "x,nps,P=1;N=0;D=0;E=1,value,100\n",
		HEAD "x,nps,P=one;N=0;D=0,value,100\n",
		HEAD "x,nps,P=-1;N=0;D=0,value,100\n",
		HEAD "x,nps,,value,100\n",
		HEAD "x,nps,P=1;N=0;D=0,value,99.9\n",
		HEAD "x,nps,P=1;N=0;D=0,value,NA\n",
		HEAD "x,nps,P=0;N=0;D=0,value,0.0\n",
		HEAD "x,nps,P=1;N=0;D=0,value,\n",
		HEAD "x,nps,P=1;N=0;D=0,value,hundred\n",
		HEAD "x,nps,P=1;N=0;D=0,value\n",
		HEAD "x,nps,P=1;N=0;D=0,value,100,more\n",
		HEAD "\"x,nps,P=1;N=0;D=0,value,100\n",
		HEAD "x,ces2,8x1,mean,8\n",
		HEAD "x,csat_t2b,satisfied=3;answered=2,value,NA\n",
		HEAD "x,bh,p=0.1/0.2,q3,0.2\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_gt(golden_table(sv_of(bad[i]), false).failed, 0, "passes: %s",
			     bad[i]);
}

/* Hand-computed, or from features.md 5, or from R's own examples where it says so. */
Test(golden, tables_may_hold_every_family)
{
	static const char good[] = HEAD
		"a,nps,P=10;N=0;D=0;dismissed=10,value,100\n"
		"a,nps,P=46;N=34;D=20,wald_moe95,15.1\n"
		"a,recommend,P=46;N=34;D=20,value,46.0\n"
		"a,nps,P=46;N=34;D=20,detractors_pct,20\n"
		"a,csat_mean,5x40 4x42 3x10 2x5 1x3,value,4.11\n"
		"a,csat,5x40 4x42 3x10 2x5 1x3,value,82.0\n"
		"a,csat_top,5x40 4x42 3x10 2x5 1x3,value,40.0\n"
		"a,csat_net,5x40 4x42 3x10 2x5 1x3,value,74.0\n"
		"a,csat_norm,5x40 4x42 3x10 2x5 1x3,value,77.75\n"
		"a,csat,histogram=10x3 9x2 8x1 7x4;scale=1-10,value,60.0\n"
		"a,csat,histogram=3x3 2x2 1x1;scale=1-3,value,50.0\n"
		"a,csat_mean,5x0,value,NA\n"
		"a,ces1,1x2 2x1 5x1,value,2.25\n"
		"a,ces2_net,7x30 6x27 5x10 4x8 3x10 2x8 1x7,value,32\n"
		"a,fcr,resolved=680;all=1000;excluded=100,gross,68.0\n"
		"a,fcr_net,resolved=680;contacts=1000;excluded=100,value,75.6\n"
		"a,fcr_asked,yes=3;answered=4,value,75\n"
		"a,fcr_window,determined=8;repeated=2,value,75\n"
		"a,fcr_no_escalation,escalated=32;contacts=100,value,68\n"
		"a,response_rate,sent=110;bounced=10;answered=25,value,25\n"
		"a,response_rate,delivered=0;answered=0,value,NA\n"
		"a,comment_rate,commented=30;records=40,value,75\n"
		"a,retention,base=50;kept=32;undetermined=9,value,64\n"
		"a,retention,base=50;kept=32;undetermined=9,left_out,9\n"
		"a,return_rate,base=50;returned=29,value,58\n"
		"a,self_service,self=42;assisted=58,value,42\n"
		"a,negative_share,neg=1;neu=1;pos=1;mixed=1,value,25\n"
		"a,first_response,ms=1 2 3 4 5 6;open=2,value,3.5\n"
		"a,first_response_mean,ms=1/2/6,value,3\n"
		"a,resolution_p90,ms=1 2 3 4 5 6 7 8 9 10 11,value,10\n"
		"a,time_to_action,ms=1 2 3;open_ms=1 5,value,3\n"
		"a,cost_of_dissatisfaction,customers=80;value=1000;churn=0.3;"
		"churn_low=0.2;churn_high=0.4,value,24000\n"
		"a,prop_diff,k1=82;n1=100;k2=74;n2=100,newcombe95_lo,-3.5\n"
		"a,prop_diff,k1=82;n1=100;k2=74;n2=100,newcombe95_hi,19.3\n"
		"a,loo_impact,satisfied=82;answered=100;topic satisfied=2;answered=10,"
		"value,-6.8889\n"
		"a,loo_impact,P=1;N=1;D=1;topic P=1;N=1;D=1,value,NA\n"
		"\"R, poisson.test\",poisson_rate,k1=11;k2=21;t1=800;t2=3011,p2,0.07967\n"
		"\"R, "
		"poisson.test\",poisson_rate,k1=11;k2=21;t1=800;t2=3011,ratio,1.971488\n"
		"a,bh,p=0.01/0.02/0.03/0.5,q1,0.04\n"
		"a,wilson,k=81;n=263,wilson95_lo,25.53\n";
	struct golden_report r = golden_table(sv_of(good), true);

	cr_expect_eq(r.failed, 0, "%s", r.first);
	cr_expect_eq(r.rows, 40);
}
