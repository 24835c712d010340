-- What checks/ promises of single rows, as constraints; the comment of each says which promise it
-- proves, so that the nightly audit need not measure it.
--
-- Generated from checks/ by Tests/IngestTests/PromisesTests.swift; ASSAY_RECORD=1 writes it anew.

-- core.case_study_champions/required:case_study_url
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_case_study_url_required
    CHECK ((((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_case_study_url_required ON core.case_study_champions IS
    'assay proves promise:49a7271550ca60876302c7241262b2c3 definition:3ea10b8814b7a8df08502560c3b8ae6a for core.case_study_champions/required:case_study_url';

-- core.case_study_champions/normalized:customer_company_domain
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_customer_company_domain_normalized
    CHECK ((((customer_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((customer_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((customer_company_domain COLLATE "C"), '-'::text) = 0) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((customer_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((customer_company_domain COLLATE "C")) <= 63) OR ((customer_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((customer_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((customer_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_customer_company_domain_normalized ON core.case_study_champions IS
    'assay proves promise:f412bed679728ac8e1f5b1c2e8975e79 definition:925cd9e6a0349ca96e307c8d274fc962 for core.case_study_champions/normalized:customer_company_domain';

-- core.case_study_champions/length:full_name
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_full_name_length
    CHECK ((((full_name IS NOT NULL) AND (((octet_length(full_name) < 8) AND (length(full_name) < 2)) OR ((octet_length(full_name) > 120) AND (length(full_name) > 120)))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_full_name_length ON core.case_study_champions IS
    'assay proves promise:ac19a19e609068595b4219968ba3bdda definition:848ef8df3024271c023fcc214f251030 for core.case_study_champions/length:full_name';

-- core.case_study_champions/required:full_name
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_full_name_required
    CHECK ((((((full_name COLLATE "C") < '!'::text) OR ((full_name COLLATE "C") > '~'::text)) AND (btrim((full_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_full_name_required ON core.case_study_champions IS
    'assay proves promise:2a8a5df192e6e54fcca150f3c8120600 definition:62129251fbb3e668ae523d52ad9b4642 for core.case_study_champions/required:full_name';

-- core.case_study_champions/normalized:origin_company_domain
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_origin_company_domain_normalized ON core.case_study_champions IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for core.case_study_champions/normalized:origin_company_domain';

-- core.case_study_champions/required:origin_company_domain
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_origin_company_domain_required ON core.case_study_champions IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for core.case_study_champions/required:origin_company_domain';

-- core.case_study_champions/one-of:source
ALTER TABLE core.case_study_champions ADD CONSTRAINT case_study_champions_source_one_of
    CHECK ((((source IS NOT NULL) AND (NOT ((source COLLATE "C") = ANY ('{case_study_champions,case_study_buyers}'::text[])))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_source_one_of ON core.case_study_champions IS
    'assay proves promise:bc8ec7c6fdba46ff972415cf07a4e453 definition:802ea0cf27741f28ae423f59a9bfac6b for core.case_study_champions/one-of:source';

-- core.companies/normalized:domain
ALTER TABLE core.companies ADD CONSTRAINT companies_domain_normalized
    CHECK ((((domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((domain COLLATE "C"), '-'::text) = 0) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((domain COLLATE "C")) <= 63) OR ((domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((domain COLLATE "C") !~~ 'www.%.%'::text) OR ((domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_domain_normalized ON core.companies IS
    'assay proves promise:ac2bfa7780cd50e76739b1a0f4e056ac definition:d8841cb64561482dc2bfed33f8deca91 for core.companies/normalized:domain';

-- core.companies/required:domain
ALTER TABLE core.companies ADD CONSTRAINT companies_domain_required
    CHECK ((((((domain COLLATE "C") < '!'::text) OR ((domain COLLATE "C") > '~'::text)) AND (btrim((domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_domain_required ON core.companies IS
    'assay proves promise:7e61155a1eb3f71f45f3c5767e7dc1dd definition:79370363a7fdafd1a6c460e5f1077894 for core.companies/required:domain';

-- core.companies/shared-host:domain
ALTER TABLE core.companies ADD CONSTRAINT companies_domain_shared_host
    CHECK (((
CASE
    WHEN ((domain COLLATE "C") = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us,apps.apple.com,blogspot.com,bubbleapps.io,carrd.co,framer.website,gitbook.io,github.io,gitlab.io,herokuapp.com,itunes.apple.com,myshopify.com,netlify.app,notion.site,notion.so,pages.dev,substack.com,tumblr.com,vercel.app,webflow.io,weebly.com,wixsite.com,wordpress.com,yahoo.co.jp,yahoo.co.uk}'::text[])) THEN true
    WHEN ((domain COLLATE "C") ~~ '%.%.%'::text) THEN ("substring"((domain COLLATE "C"), '[^.]+[.][^.]+$'::text) = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us}'::text[]))
    ELSE false
END IS TRUE) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_domain_shared_host ON core.companies IS
    'assay proves promise:a3857e2245eb0bb7e643698fd1a943a5 definition:f67eb0d8d429e6723123ee3fd1793925 given:ac2bfa7780cd50e76739b1a0f4e056ac for core.companies/shared-host:domain';

-- core.companies/matches:linkedin_url
ALTER TABLE core.companies ADD CONSTRAINT companies_linkedin_url_matches
    CHECK ((((linkedin_url IS NOT NULL) AND ((linkedin_url COLLATE "C") !~~ 'https://www.linkedin.com/company/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_linkedin_url_matches ON core.companies IS
    'assay proves promise:7ac1b0a64402f16d4d4b9e65c7c1fc77 definition:ea74ae86b149ac8a4c13c5c970b154ed for core.companies/matches:linkedin_url';

-- core.companies/length:name
ALTER TABLE core.companies ADD CONSTRAINT companies_name_length
    CHECK ((((name IS NOT NULL) AND (((octet_length(name) < 4) AND (length(name) < 1)) OR ((octet_length(name) > 200) AND (length(name) > 200)))) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_name_length ON core.companies IS
    'assay proves promise:34d96f9c2cd9e333428b9e5417b76bb8 definition:8d3ccff35b58d65f29b2b9911879df3a for core.companies/length:name';

-- core.companies/required:name
ALTER TABLE core.companies ADD CONSTRAINT companies_name_required
    CHECK ((((((name COLLATE "C") < '!'::text) OR ((name COLLATE "C") > '~'::text)) AND (btrim((name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_name_required ON core.companies IS
    'assay proves promise:38dac72bc4e1a20e2babf412e9812ceb definition:48d226cc75c6de1bc9ef9cf719761e77 for core.companies/required:name';

-- core.companies/implies:updated-after-created
ALTER TABLE core.companies ADD CONSTRAINT companies_updated_after_created_implies
    CHECK ((((updated_at IS NOT NULL) AND ((updated_at >= created_at) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT companies_updated_after_created_implies ON core.companies IS
    'assay proves promise:89d739d021800b205260ab0819d88b46 definition:9635182ebaffce0e329287186a98e6a8 for core.companies/implies:updated-after-created';

-- core.company_categories/length:category
ALTER TABLE core.company_categories ADD CONSTRAINT company_categories_category_length
    CHECK ((((category IS NOT NULL) AND (((octet_length(category) < 4) AND (length(category) < 1)) OR ((octet_length(category) > 80) AND (length(category) > 80)))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_categories_category_length ON core.company_categories IS
    'assay proves promise:f1b6cf4380ee2c5d942665e1037c32e4 definition:ece71410348065696ae53d1ea4d62fdd for core.company_categories/length:category';

-- core.company_customers/matches:case_study_url
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_case_study_url_matches
    CHECK ((((case_study_url IS NOT NULL) AND (((case_study_url COLLATE "C") !~~ 'https://_%/_%'::text) AND ((case_study_url COLLATE "C") !~~ 'http://_%/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_case_study_url_matches ON core.company_customers IS
    'assay proves promise:dabd8f57f0f7f9fd422180be3ce64f26 definition:7fd141733e81f15715229d4a9a6cb1ad for core.company_customers/matches:case_study_url';

-- core.company_customers/normalized:customer_domain
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_customer_domain_normalized
    CHECK ((((customer_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((customer_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((customer_domain COLLATE "C"), '-'::text) = 0) THEN ((customer_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((customer_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((customer_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((customer_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((customer_domain COLLATE "C")) <= 63) OR ((customer_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((customer_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((customer_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_customer_domain_normalized ON core.company_customers IS
    'assay proves promise:f1e98e288a33091dcc9d76b45740a489 definition:5d7da85ad2988c5b1eef62d44559fe30 for core.company_customers/normalized:customer_domain';

-- core.company_customers/length:customer_name
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_customer_name_length
    CHECK ((((customer_name IS NOT NULL) AND (((octet_length(customer_name) < 4) AND (length(customer_name) < 1)) OR ((octet_length(customer_name) > 200) AND (length(customer_name) > 200)))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_customer_name_length ON core.company_customers IS
    'assay proves promise:b7a03675e7d5a4d8aa3290cf4892b091 definition:663eaa71d1bb4c92bd16c201ba21af6f for core.company_customers/length:customer_name';

-- core.company_customers/required:customer_name
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_customer_name_required
    CHECK ((((((customer_name COLLATE "C") < '!'::text) OR ((customer_name COLLATE "C") > '~'::text)) AND (btrim((customer_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_customer_name_required ON core.company_customers IS
    'assay proves promise:f8152690651d8f3d8b90bd0b247b8057 definition:10fe48a5ccd0a9f18cdfe165e524f253 for core.company_customers/required:customer_name';

-- core.company_customers/implies:has_case_study+case_study_url
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_has_case_study_case_study_url_implies
    CHECK ((((has_case_study IS TRUE) AND (((case_study_url IS NOT NULL) AND (NOT ((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_has_case_study_case_study_url_implies ON core.company_customers IS
    'assay proves promise:e07d6405da308f7f96dac5fcc59c8a82 definition:c584ea3e92d694a5c7adc5841b684cb3 for core.company_customers/implies:has_case_study+case_study_url';

-- core.company_customers/normalized:origin_company_domain
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_origin_company_domain_normalized ON core.company_customers IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for core.company_customers/normalized:origin_company_domain';

-- core.company_customers/required:origin_company_domain
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_origin_company_domain_required ON core.company_customers IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for core.company_customers/required:origin_company_domain';

-- core.company_customers/required:origin_company_name
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_origin_company_name_required
    CHECK ((((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_origin_company_name_required ON core.company_customers IS
    'assay proves promise:14d34cad0d8fa9c3dfc104812df3a12c definition:5146f75fdebbe87a7a26c6f49ee013cd for core.company_customers/required:origin_company_name';

-- core.company_customers/one-of:source
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_source_one_of
    CHECK ((((source IS NOT NULL) AND (NOT ((source COLLATE "C") = ANY ('{claygent,claygent_structured,manual}'::text[])))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_source_one_of ON core.company_customers IS
    'assay proves promise:312aac2f8e2f2ca2214229f7269518ad definition:d520165cc42d5e2615e814e5c78eaa46 for core.company_customers/one-of:source';

-- core.company_customers/implies:updated-after-created
ALTER TABLE core.company_customers ADD CONSTRAINT company_customers_updated_after_created_implies
    CHECK ((((updated_at IS NOT NULL) AND ((updated_at >= created_at) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_customers_updated_after_created_implies ON core.company_customers IS
    'assay proves promise:89d739d021800b205260ab0819d88b46 definition:9635182ebaffce0e329287186a98e6a8 for core.company_customers/implies:updated-after-created';

-- core.company_descriptions/length:description
ALTER TABLE core.company_descriptions ADD CONSTRAINT company_descriptions_description_length
    CHECK ((((description IS NOT NULL) AND (((octet_length(description) < 40) AND (length(description) < 10)) OR ((octet_length(description) > 5000) AND (length(description) > 5000)))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_descriptions_description_length ON core.company_descriptions IS
    'assay proves promise:0859d30dc847435e7c368f6ce66ccf6c definition:26ea9437e74a1afe363147038206ad77 for core.company_descriptions/length:description';

-- core.company_descriptions/required:description
ALTER TABLE core.company_descriptions ADD CONSTRAINT company_descriptions_description_required
    CHECK ((((((description COLLATE "C") < '!'::text) OR ((description COLLATE "C") > '~'::text)) AND (btrim((description COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_descriptions_description_required ON core.company_descriptions IS
    'assay proves promise:fff0cab04b5540391668652a3d3427a8 definition:e58b6706b08875aca75fd6b6e62272b0 for core.company_descriptions/required:description';

-- core.company_descriptions/length:tagline
ALTER TABLE core.company_descriptions ADD CONSTRAINT company_descriptions_tagline_length
    CHECK ((((tagline IS NOT NULL) AND ((octet_length(tagline) > 300) AND (length(tagline) > 300))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_descriptions_tagline_length ON core.company_descriptions IS
    'assay proves promise:1ac44c36c7adb53efcdc9c9c5535a1c0 definition:c2e818d1b4ea10e58bf258470c909ef7 for core.company_descriptions/length:tagline';

-- core.company_employee_range/required:employee_range
ALTER TABLE core.company_employee_range ADD CONSTRAINT company_employee_range_employee_range_required
    CHECK ((((((employee_range COLLATE "C") < '!'::text) OR ((employee_range COLLATE "C") > '~'::text)) AND (btrim((employee_range COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_employee_range_employee_range_required ON core.company_employee_range IS
    'assay proves promise:4b659a4a97ea643af0a102f9a51994e4 definition:80a07179fec131ffb76bc58cab9a1dff for core.company_employee_range/required:employee_range';

-- core.company_funding_rounds/in-range:amount
ALTER TABLE core.company_funding_rounds ADD CONSTRAINT company_funding_rounds_amount_in_range
    CHECK ((((amount IS NOT NULL) AND (amount < '0'::numeric)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_funding_rounds_amount_in_range ON core.company_funding_rounds IS
    'assay proves promise:7a0895eade259328809421816323b9bc definition:abc67d7ae15b0977116af4950bed2b14 for core.company_funding_rounds/in-range:amount';

-- core.company_funding_rounds/in-range:funding_date
ALTER TABLE core.company_funding_rounds ADD CONSTRAINT company_funding_rounds_funding_date_in_range
    CHECK ((((funding_date IS NOT NULL) AND ((funding_date < '1980-01-01'::date) OR (funding_date > '2100-01-01'::date))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_funding_rounds_funding_date_in_range ON core.company_funding_rounds IS
    'assay proves promise:32d4082a1ec37074101d6c9590b7ce56 definition:cbbdd48e3f77f2a8ed535602472e262d for core.company_funding_rounds/in-range:funding_date';

-- core.company_funding_rounds/required:funding_type
ALTER TABLE core.company_funding_rounds ADD CONSTRAINT company_funding_rounds_funding_type_required
    CHECK ((((((funding_type COLLATE "C") < '!'::text) OR ((funding_type COLLATE "C") > '~'::text)) AND (btrim((funding_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_funding_rounds_funding_type_required ON core.company_funding_rounds IS
    'assay proves promise:4a40bfbad80d692371cbcd78d0a38333 definition:7db095393b943874fbf8a0cf6572b555 for core.company_funding_rounds/required:funding_type';

-- core.company_industries/required:matched_industry
ALTER TABLE core.company_industries ADD CONSTRAINT company_industries_matched_industry_required
    CHECK ((((((matched_industry COLLATE "C") < '!'::text) OR ((matched_industry COLLATE "C") > '~'::text)) AND (btrim((matched_industry COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_industries_matched_industry_required ON core.company_industries IS
    'assay proves promise:f640c42689eb25105e1e160f877f79bd definition:bf874ab136d98ae27fa5e258c446177c for core.company_industries/required:matched_industry';

-- core.company_keywords/length:keyword
ALTER TABLE core.company_keywords ADD CONSTRAINT company_keywords_keyword_length
    CHECK ((((keyword IS NOT NULL) AND (((octet_length(keyword) < 4) AND (length(keyword) < 1)) OR ((octet_length(keyword) > 80) AND (length(keyword) > 80)))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_keywords_keyword_length ON core.company_keywords IS
    'assay proves promise:28fbef33e722dcf0f5f4df6e6abb3500 definition:3b2502dd1819eb67b713fccc27cb29a7 for core.company_keywords/length:keyword';

-- core.company_locations/required:country
ALTER TABLE core.company_locations ADD CONSTRAINT company_locations_country_required
    CHECK ((((((country COLLATE "C") < '!'::text) OR ((country COLLATE "C") > '~'::text)) AND (btrim((country COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_locations_country_required ON core.company_locations IS
    'assay proves promise:826e7180532d960b469e87871101d34e definition:4ec6a6c0c2c30f6e4f900fc820b5b8a2 for core.company_locations/required:country';

-- core.company_locations/implies:has_city+city
ALTER TABLE core.company_locations ADD CONSTRAINT company_locations_has_city_city_implies
    CHECK ((((has_city IS TRUE) AND (((city IS NOT NULL) AND (NOT ((((city COLLATE "C") < '!'::text) OR ((city COLLATE "C") > '~'::text)) AND (btrim((city COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_locations_has_city_city_implies ON core.company_locations IS
    'assay proves promise:f273058ee132ff1c9d6110cb169dbfc9 definition:85fc4b445709cbaec620f7b6ca6ae8f9 for core.company_locations/implies:has_city+city';

-- core.company_locations/implies:has_state+state
ALTER TABLE core.company_locations ADD CONSTRAINT company_locations_has_state_state_implies
    CHECK ((((has_state IS TRUE) AND (((state IS NOT NULL) AND (NOT ((((state COLLATE "C") < '!'::text) OR ((state COLLATE "C") > '~'::text)) AND (btrim((state COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_locations_has_state_state_implies ON core.company_locations IS
    'assay proves promise:de45a9ec33b16b6cbca6515d943f9fa3 definition:cc2ef2057c829890c5d90facbb11bf26 for core.company_locations/implies:has_state+state';

-- core.company_naics_codes/matches:naics_code
ALTER TABLE core.company_naics_codes ADD CONSTRAINT company_naics_codes_naics_code_matches
    CHECK ((((naics_code IS NOT NULL) AND ((naics_code COLLATE "C") !~ '^[0-9]{2,6}$'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_naics_codes_naics_code_matches ON core.company_naics_codes IS
    'assay proves promise:0576789e31ac44d2b7b81f0d60a0991b definition:0673f5b105cbe5bb9beb4e37dd759729 for core.company_naics_codes/matches:naics_code';

-- core.company_names/normalized:cleaned_name
ALTER TABLE core.company_names ADD CONSTRAINT company_names_cleaned_name_normalized
    CHECK ((((cleaned_name IS NOT NULL) AND (NOT (((cleaned_name COLLATE "C") !~ '[\x01-\x1f\x7f-\u009f\t-\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|  '::text) AND
CASE
    WHEN (((cleaned_name COLLATE "C") >= '!'::text) AND ((cleaned_name COLLATE "C") < E'\u007f'::text) AND (abs(((2 * ascii("right"((cleaned_name COLLATE "C"), 1))) - 159)) < 94)) THEN true
    ELSE (((cleaned_name COLLATE "C") <> ''::text) AND (btrim((cleaned_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = (cleaned_name COLLATE "C")))
END))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_cleaned_name_normalized ON core.company_names IS
    'assay proves promise:231af5eb772abff400469cadc486d4d8 definition:d024e3634d1c79701ee98695efd14323 for core.company_names/normalized:cleaned_name';

-- core.company_names/normalized:domain
ALTER TABLE core.company_names ADD CONSTRAINT company_names_domain_normalized
    CHECK ((((domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((domain COLLATE "C"), '-'::text) = 0) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((domain COLLATE "C")) <= 63) OR ((domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((domain COLLATE "C") !~~ 'www.%.%'::text) OR ((domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_domain_normalized ON core.company_names IS
    'assay proves promise:ac2bfa7780cd50e76739b1a0f4e056ac definition:d8841cb64561482dc2bfed33f8deca91 for core.company_names/normalized:domain';

-- core.company_names/required:domain
ALTER TABLE core.company_names ADD CONSTRAINT company_names_domain_required
    CHECK ((((((domain COLLATE "C") < '!'::text) OR ((domain COLLATE "C") > '~'::text)) AND (btrim((domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_domain_required ON core.company_names IS
    'assay proves promise:7e61155a1eb3f71f45f3c5767e7dc1dd definition:79370363a7fdafd1a6c460e5f1077894 for core.company_names/required:domain';

-- core.company_names/matches:linkedin_url
ALTER TABLE core.company_names ADD CONSTRAINT company_names_linkedin_url_matches
    CHECK ((((linkedin_url IS NOT NULL) AND ((linkedin_url COLLATE "C") !~~ 'https://www.linkedin.com/company/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_linkedin_url_matches ON core.company_names IS
    'assay proves promise:7ac1b0a64402f16d4d4b9e65c7c1fc77 definition:ea74ae86b149ac8a4c13c5c970b154ed for core.company_names/matches:linkedin_url';

-- core.company_names/required:raw_name
ALTER TABLE core.company_names ADD CONSTRAINT company_names_raw_name_required
    CHECK ((((((raw_name COLLATE "C") < '!'::text) OR ((raw_name COLLATE "C") > '~'::text)) AND (btrim((raw_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_raw_name_required ON core.company_names IS
    'assay proves promise:a0ddd614e2ed4708d5b25a30477c73b2 definition:8b46f796d9afe6c5312dac9657a1a667 for core.company_names/required:raw_name';

-- core.company_names/required:source
ALTER TABLE core.company_names ADD CONSTRAINT company_names_source_required
    CHECK ((((((source COLLATE "C") < '!'::text) OR ((source COLLATE "C") > '~'::text)) AND (btrim((source COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_names_source_required ON core.company_names IS
    'assay proves promise:ffb27c129529cd6d812c4a489c3c0c00 definition:f3b4edcc31720e03c13e71785b14c0ad for core.company_names/required:source';

-- core.company_revenue/required:raw_revenue_range
ALTER TABLE core.company_revenue ADD CONSTRAINT company_revenue_raw_revenue_range_required
    CHECK ((((((raw_revenue_range COLLATE "C") < '!'::text) OR ((raw_revenue_range COLLATE "C") > '~'::text)) AND (btrim((raw_revenue_range COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_revenue_raw_revenue_range_required ON core.company_revenue IS
    'assay proves promise:6a39f333870421f2e8cef4fca0ea3839 definition:facc1e1a6ca5a592eb18d63a8a0d7b96 for core.company_revenue/required:raw_revenue_range';

-- core.company_revenue/in-range:revenue_upper
ALTER TABLE core.company_revenue ADD CONSTRAINT company_revenue_revenue_upper_in_range
    CHECK ((((revenue_upper IS NOT NULL) AND (revenue_upper < '0'::bigint)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_revenue_revenue_upper_in_range ON core.company_revenue IS
    'assay proves promise:c70ca153c17467b7b26a0e906a3ae00f definition:2aa0372f0a42ee0ca7b62ad4ddc7bde2 for core.company_revenue/in-range:revenue_upper';

-- core.company_social_urls/matches:github_url
ALTER TABLE core.company_social_urls ADD CONSTRAINT company_social_urls_github_url_matches
    CHECK ((((github_url IS NOT NULL) AND ((github_url COLLATE "C") !~~ 'https://github.com/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_social_urls_github_url_matches ON core.company_social_urls IS
    'assay proves promise:e21e5557a08bd1a47535232de6a6be3b definition:9714f97ea3f226a58dc79a450757359e for core.company_social_urls/matches:github_url';

-- core.company_social_urls/matches:linkedin_url
ALTER TABLE core.company_social_urls ADD CONSTRAINT company_social_urls_linkedin_url_matches
    CHECK ((((linkedin_url IS NOT NULL) AND ((linkedin_url COLLATE "C") !~~ 'https://www.linkedin.com/company/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_social_urls_linkedin_url_matches ON core.company_social_urls IS
    'assay proves promise:7ac1b0a64402f16d4d4b9e65c7c1fc77 definition:ea74ae86b149ac8a4c13c5c970b154ed for core.company_social_urls/matches:linkedin_url';

-- core.company_social_urls/matches:twitter_url
ALTER TABLE core.company_social_urls ADD CONSTRAINT company_social_urls_twitter_url_matches
    CHECK ((((twitter_url IS NOT NULL) AND (((twitter_url COLLATE "C") !~~ 'https://twitter.com/_%'::text) AND ((twitter_url COLLATE "C") !~~ 'https://x.com/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_social_urls_twitter_url_matches ON core.company_social_urls IS
    'assay proves promise:6f918c3fabe9b53fb6fefb6e32ef6673 definition:ab1739d36c18dc64693d4681ff7774b0 for core.company_social_urls/matches:twitter_url';

-- core.company_types/required:matched_type
ALTER TABLE core.company_types ADD CONSTRAINT company_types_matched_type_required
    CHECK ((((((matched_type COLLATE "C") < '!'::text) OR ((matched_type COLLATE "C") > '~'::text)) AND (btrim((matched_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_types_matched_type_required ON core.company_types IS
    'assay proves promise:bbd0a04314719f8965694d125948cae2 definition:ae63316a014a785a2a2520c2fb13d13d for core.company_types/required:matched_type';

-- core.company_types/required:raw_type
ALTER TABLE core.company_types ADD CONSTRAINT company_types_raw_type_required
    CHECK ((((((raw_type COLLATE "C") < '!'::text) OR ((raw_type COLLATE "C") > '~'::text)) AND (btrim((raw_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_types_raw_type_required ON core.company_types IS
    'assay proves promise:063f3aa47feabebb95deacc3ccbe192a definition:6484262d8c4a3df917b1ae0c7f8059a6 for core.company_types/required:raw_type';

-- core.company_vc_backed/in-range:vc_count
ALTER TABLE core.company_vc_backed ADD CONSTRAINT company_vc_backed_vc_count_in_range
    CHECK ((((vc_count IS NOT NULL) AND (vc_count < 1)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_vc_backed_vc_count_in_range ON core.company_vc_backed IS
    'assay proves promise:970531600b965f2f6fe0927e6e03c04b definition:efc74e2e1f2cd2ce3272d24a9c4e1ddd for core.company_vc_backed/in-range:vc_count';

-- core.company_vc_investors/matches:vc_name
ALTER TABLE core.company_vc_investors ADD CONSTRAINT company_vc_investors_vc_name_matches
    CHECK ((((vc_name IS NOT NULL) AND ((vc_name COLLATE "C") !~ '^[^,]+$'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_vc_investors_vc_name_matches ON core.company_vc_investors IS
    'assay proves promise:1add0e88daf4aa941ba8b554be49b8ca definition:34e73134b2d506e5272f395d8113a6a0 for core.company_vc_investors/matches:vc_name';

-- core.company_vc_investors/required:vc_name
ALTER TABLE core.company_vc_investors ADD CONSTRAINT company_vc_investors_vc_name_required
    CHECK ((((((vc_name COLLATE "C") < '!'::text) OR ((vc_name COLLATE "C") > '~'::text)) AND (btrim((vc_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_vc_investors_vc_name_required ON core.company_vc_investors IS
    'assay proves promise:ab30e8f7b8b9c020f1fd6c3e9de27b4a definition:a30577008198dfa8b2ba951b7322c5cd for core.company_vc_investors/required:vc_name';

-- core.people/normalized:company_domain
ALTER TABLE core.people ADD CONSTRAINT people_company_domain_normalized
    CHECK ((((company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((company_domain COLLATE "C"), '-'::text) = 0) THEN ((company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((company_domain COLLATE "C")) <= 63) OR ((company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT people_company_domain_normalized ON core.people IS
    'assay proves promise:f1a6df2651059c622bec667373e94e00 definition:eb9cff08ae741eba0ae2e13ec3ce68bb for core.people/normalized:company_domain';

-- core.people/required:company_domain
ALTER TABLE core.people ADD CONSTRAINT people_company_domain_required
    CHECK ((((((company_domain COLLATE "C") < '!'::text) OR ((company_domain COLLATE "C") > '~'::text)) AND (btrim((company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT people_company_domain_required ON core.people IS
    'assay proves promise:add3d4e6869a8194271a4c96bcb33291 definition:b8425438b776c5df0e970551c0f097ea for core.people/required:company_domain';

-- core.people/shared-host:company_domain
ALTER TABLE core.people ADD CONSTRAINT people_company_domain_shared_host
    CHECK (((
CASE
    WHEN ((company_domain COLLATE "C") = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us,apps.apple.com,blogspot.com,bubbleapps.io,carrd.co,framer.website,gitbook.io,github.io,gitlab.io,herokuapp.com,itunes.apple.com,myshopify.com,netlify.app,notion.site,notion.so,pages.dev,substack.com,tumblr.com,vercel.app,webflow.io,weebly.com,wixsite.com,wordpress.com,yahoo.co.jp,yahoo.co.uk}'::text[])) THEN true
    WHEN ((company_domain COLLATE "C") ~~ '%.%.%'::text) THEN ("substring"((company_domain COLLATE "C"), '[^.]+[.][^.]+$'::text) = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us}'::text[]))
    ELSE false
END IS TRUE) IS NOT TRUE));
COMMENT ON CONSTRAINT people_company_domain_shared_host ON core.people IS
    'assay proves promise:7397978655e1c203a0560951d2fab6e6 definition:70d6d3775e6b267a0c1a6d0aea0fc6b2 given:f1a6df2651059c622bec667373e94e00 for core.people/shared-host:company_domain';

-- core.people/required:full_name
ALTER TABLE core.people ADD CONSTRAINT people_full_name_required
    CHECK ((((((full_name COLLATE "C") < '!'::text) OR ((full_name COLLATE "C") > '~'::text)) AND (btrim((full_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT people_full_name_required ON core.people IS
    'assay proves promise:2a8a5df192e6e54fcca150f3c8120600 definition:62129251fbb3e668ae523d52ad9b4642 for core.people/required:full_name';

-- core.people/length:job_title
ALTER TABLE core.people ADD CONSTRAINT people_job_title_length
    CHECK ((((job_title IS NOT NULL) AND (((octet_length(job_title) < 8) AND (length(job_title) < 2)) OR ((octet_length(job_title) > 120) AND (length(job_title) > 120)))) IS NOT TRUE));
COMMENT ON CONSTRAINT people_job_title_length ON core.people IS
    'assay proves promise:7fda50b5e720af189c8de1e15ee8d5b2 definition:306f8e9f300f156106528a6ae2f87875 for core.people/length:job_title';

-- core.people/matches:linkedin_url
ALTER TABLE core.people ADD CONSTRAINT people_linkedin_url_matches
    CHECK ((((linkedin_url IS NOT NULL) AND ((linkedin_url COLLATE "C") !~~ 'https://www.linkedin.com/in/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT people_linkedin_url_matches ON core.people IS
    'assay proves promise:5951f1d824109170f80d57eb8b3d267b definition:efd78c9a2b7580c632abd34e0258b296 for core.people/matches:linkedin_url';

-- core.people/implies:updated-after-created
ALTER TABLE core.people ADD CONSTRAINT people_updated_after_created_implies
    CHECK ((((updated_at IS NOT NULL) AND ((updated_at >= created_at) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT people_updated_after_created_implies ON core.people IS
    'assay proves promise:89d739d021800b205260ab0819d88b46 definition:9635182ebaffce0e329287186a98e6a8 for core.people/implies:updated-after-created';

-- extracted.case_study_buyers/required:buyer_full_name
ALTER TABLE extracted.case_study_buyers ADD CONSTRAINT case_study_buyers_buyer_full_name_required
    CHECK ((((((buyer_full_name COLLATE "C") < '!'::text) OR ((buyer_full_name COLLATE "C") > '~'::text)) AND (btrim((buyer_full_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_buyer_full_name_required ON extracted.case_study_buyers IS
    'assay proves promise:c69de4ec8f164b8cb5c6e624a737c9ff definition:52bc7384171cd050538d6c5b33fbd24c for extracted.case_study_buyers/required:buyer_full_name';

-- extracted.case_study_buyers/normalized:customer_company_domain
ALTER TABLE extracted.case_study_buyers ADD CONSTRAINT case_study_buyers_customer_company_domain_normalized
    CHECK ((((customer_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((customer_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((customer_company_domain COLLATE "C"), '-'::text) = 0) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((customer_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((customer_company_domain COLLATE "C")) <= 63) OR ((customer_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((customer_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((customer_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_customer_company_domain_normalized ON extracted.case_study_buyers IS
    'assay proves promise:f412bed679728ac8e1f5b1c2e8975e79 definition:925cd9e6a0349ca96e307c8d274fc962 for extracted.case_study_buyers/normalized:customer_company_domain';

-- extracted.case_study_buyers/normalized:origin_company_domain
ALTER TABLE extracted.case_study_buyers ADD CONSTRAINT case_study_buyers_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_origin_company_domain_normalized ON extracted.case_study_buyers IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for extracted.case_study_buyers/normalized:origin_company_domain';

-- extracted.case_study_buyers/required:origin_company_domain
ALTER TABLE extracted.case_study_buyers ADD CONSTRAINT case_study_buyers_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_origin_company_domain_required ON extracted.case_study_buyers IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for extracted.case_study_buyers/required:origin_company_domain';

-- extracted.case_study_champions/normalized:customer_company_domain
ALTER TABLE extracted.case_study_champions ADD CONSTRAINT case_study_champions_customer_company_domain_normalized
    CHECK ((((customer_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((customer_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((customer_company_domain COLLATE "C"), '-'::text) = 0) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((customer_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((customer_company_domain COLLATE "C")) <= 63) OR ((customer_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((customer_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((customer_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_customer_company_domain_normalized ON extracted.case_study_champions IS
    'assay proves promise:f412bed679728ac8e1f5b1c2e8975e79 definition:925cd9e6a0349ca96e307c8d274fc962 for extracted.case_study_champions/normalized:customer_company_domain';

-- extracted.case_study_champions/required:full_name
ALTER TABLE extracted.case_study_champions ADD CONSTRAINT case_study_champions_full_name_required
    CHECK ((((((full_name COLLATE "C") < '!'::text) OR ((full_name COLLATE "C") > '~'::text)) AND (btrim((full_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_champions_full_name_required ON extracted.case_study_champions IS
    'assay proves promise:2a8a5df192e6e54fcca150f3c8120600 definition:62129251fbb3e668ae523d52ad9b4642 for extracted.case_study_champions/required:full_name';

-- extracted.case_study_details/length:article_title
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_article_title_length
    CHECK ((((article_title IS NOT NULL) AND (((octet_length(article_title) < 4) AND (length(article_title) < 1)) OR ((octet_length(article_title) > 300) AND (length(article_title) > 300)))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_article_title_length ON extracted.case_study_details IS
    'assay proves promise:f2ee20bc0b16c1dd94715360776ed876 definition:abf881ffeaef3433b966148964b52444 for extracted.case_study_details/length:article_title';

-- extracted.case_study_details/required:company_customer_name
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_company_customer_name_required
    CHECK ((((((company_customer_name COLLATE "C") < '!'::text) OR ((company_customer_name COLLATE "C") > '~'::text)) AND (btrim((company_customer_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_company_customer_name_required ON extracted.case_study_details IS
    'assay proves promise:9ec2ab3c9f9bed01c4ac568c5376be60 definition:bbca75de744da67012d2ca01fbad3aca for extracted.case_study_details/required:company_customer_name';

-- extracted.case_study_details/one-of:confidence
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_confidence_one_of
    CHECK ((((confidence IS NOT NULL) AND (NOT ((confidence COLLATE "C") = ANY ('{high,medium,low}'::text[])))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_confidence_one_of ON extracted.case_study_details IS
    'assay proves promise:02fc9b0767ef6a61a03500319944f835 definition:3875ac26a006796e9b775f8d486c0dc1 for extracted.case_study_details/one-of:confidence';

-- extracted.case_study_details/normalized:customer_company_domain
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_customer_company_domain_normalized
    CHECK ((((customer_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((customer_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((customer_company_domain COLLATE "C"), '-'::text) = 0) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((customer_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((customer_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((customer_company_domain COLLATE "C")) <= 63) OR ((customer_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((customer_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((customer_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_customer_company_domain_normalized ON extracted.case_study_details IS
    'assay proves promise:f412bed679728ac8e1f5b1c2e8975e79 definition:925cd9e6a0349ca96e307c8d274fc962 for extracted.case_study_details/normalized:customer_company_domain';

-- extracted.case_study_details/normalized:origin_company_domain
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_origin_company_domain_normalized ON extracted.case_study_details IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for extracted.case_study_details/normalized:origin_company_domain';

-- extracted.case_study_details/required:origin_company_domain
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_origin_company_domain_required ON extracted.case_study_details IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for extracted.case_study_details/required:origin_company_domain';

-- extracted.case_study_details/required:origin_company_name
ALTER TABLE extracted.case_study_details ADD CONSTRAINT case_study_details_origin_company_name_required
    CHECK ((((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_details_origin_company_name_required ON extracted.case_study_details IS
    'assay proves promise:14d34cad0d8fa9c3dfc104812df3a12c definition:5146f75fdebbe87a7a26c6f49ee013cd for extracted.case_study_details/required:origin_company_name';

-- extracted.claygent_customers/length:customer_name
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_customer_name_length
    CHECK ((((customer_name IS NOT NULL) AND (((octet_length(customer_name) < 4) AND (length(customer_name) < 1)) OR ((octet_length(customer_name) > 200) AND (length(customer_name) > 200)))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_customer_name_length ON extracted.claygent_customers IS
    'assay proves promise:b7a03675e7d5a4d8aa3290cf4892b091 definition:663eaa71d1bb4c92bd16c201ba21af6f for extracted.claygent_customers/length:customer_name';

-- extracted.claygent_customers/required:customer_name
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_customer_name_required
    CHECK ((((((customer_name COLLATE "C") < '!'::text) OR ((customer_name COLLATE "C") > '~'::text)) AND (btrim((customer_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_customer_name_required ON extracted.claygent_customers IS
    'assay proves promise:f8152690651d8f3d8b90bd0b247b8057 definition:10fe48a5ccd0a9f18cdfe165e524f253 for extracted.claygent_customers/required:customer_name';

-- extracted.claygent_customers/implies:has_case_study+case_study_url
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_has_case_study_case_study_url_implies
    CHECK ((((has_case_study IS TRUE) AND (((case_study_url IS NOT NULL) AND (NOT ((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_has_case_study_case_study_url_implies ON extracted.claygent_customers IS
    'assay proves promise:e07d6405da308f7f96dac5fcc59c8a82 definition:c584ea3e92d694a5c7adc5841b684cb3 for extracted.claygent_customers/implies:has_case_study+case_study_url';

-- extracted.claygent_customers/normalized:origin_company_domain
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_origin_company_domain_normalized ON extracted.claygent_customers IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for extracted.claygent_customers/normalized:origin_company_domain';

-- extracted.claygent_customers/required:origin_company_domain
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_origin_company_domain_required ON extracted.claygent_customers IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for extracted.claygent_customers/required:origin_company_domain';

-- extracted.claygent_customers/required:origin_company_name
ALTER TABLE extracted.claygent_customers ADD CONSTRAINT claygent_customers_origin_company_name_required
    CHECK ((((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_origin_company_name_required ON extracted.claygent_customers IS
    'assay proves promise:14d34cad0d8fa9c3dfc104812df3a12c definition:5146f75fdebbe87a7a26c6f49ee013cd for extracted.claygent_customers/required:origin_company_name';

-- extracted.claygent_customers_structured/matches:case_study_url
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_case_study_url_matches
    CHECK ((((case_study_url IS NOT NULL) AND (((case_study_url COLLATE "C") !~~ 'https://_%/_%'::text) AND ((case_study_url COLLATE "C") !~~ 'http://_%/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_case_study_url_matches ON extracted.claygent_customers_structured IS
    'assay proves promise:dabd8f57f0f7f9fd422180be3ce64f26 definition:7fd141733e81f15715229d4a9a6cb1ad for extracted.claygent_customers_structured/matches:case_study_url';

-- extracted.claygent_customers_structured/one-of:confidence
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_confidence_one_of
    CHECK ((((confidence IS NOT NULL) AND (NOT ((confidence COLLATE "C") = ANY ('{high,medium,low}'::text[])))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_confidence_one_of ON extracted.claygent_customers_structured IS
    'assay proves promise:02fc9b0767ef6a61a03500319944f835 definition:3875ac26a006796e9b775f8d486c0dc1 for extracted.claygent_customers_structured/one-of:confidence';

-- extracted.claygent_customers_structured/required:customer_name
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_customer_name_required
    CHECK ((((((customer_name COLLATE "C") < '!'::text) OR ((customer_name COLLATE "C") > '~'::text)) AND (btrim((customer_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_customer_name_required ON extracted.claygent_customers_structured IS
    'assay proves promise:f8152690651d8f3d8b90bd0b247b8057 definition:10fe48a5ccd0a9f18cdfe165e524f253 for extracted.claygent_customers_structured/required:customer_name';

-- extracted.claygent_customers_structured/implies:has_case_study+case_study_url
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_has_case_study_case_stud_8f48749d
    CHECK ((((has_case_study IS TRUE) AND (((case_study_url IS NOT NULL) AND (NOT ((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_has_case_study_case_stud_8f48749d ON extracted.claygent_customers_structured IS
    'assay proves promise:e07d6405da308f7f96dac5fcc59c8a82 definition:c584ea3e92d694a5c7adc5841b684cb3 for extracted.claygent_customers_structured/implies:has_case_study+case_study_url';

-- extracted.claygent_customers_structured/normalized:origin_company_domain
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_origin_company_domain_normalized ON extracted.claygent_customers_structured IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for extracted.claygent_customers_structured/normalized:origin_company_domain';

-- extracted.claygent_customers_structured/required:origin_company_domain
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_origin_company_domain_required ON extracted.claygent_customers_structured IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for extracted.claygent_customers_structured/required:origin_company_domain';

-- extracted.claygent_customers_structured/required:origin_company_name
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_origin_company_name_required
    CHECK ((((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_origin_company_name_required ON extracted.claygent_customers_structured IS
    'assay proves promise:14d34cad0d8fa9c3dfc104812df3a12c definition:5146f75fdebbe87a7a26c6f49ee013cd for extracted.claygent_customers_structured/required:origin_company_name';

-- extracted.claygent_customers_structured/implies:updated-after-created
ALTER TABLE extracted.claygent_customers_structured ADD CONSTRAINT claygent_customers_structured_updated_after_created_implies
    CHECK ((((updated_at IS NOT NULL) AND ((updated_at >= created_at) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_updated_after_created_implies ON extracted.claygent_customers_structured IS
    'assay proves promise:89d739d021800b205260ab0819d88b46 definition:9635182ebaffce0e329287186a98e6a8 for extracted.claygent_customers_structured/implies:updated-after-created';

-- extracted.companyenrich_categories/length:category
ALTER TABLE extracted.companyenrich_categories ADD CONSTRAINT companyenrich_categories_category_length
    CHECK ((((category IS NOT NULL) AND (((octet_length(category) < 4) AND (length(category) < 1)) OR ((octet_length(category) > 80) AND (length(category) > 80)))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_categories_category_length ON extracted.companyenrich_categories IS
    'assay proves promise:f1b6cf4380ee2c5d942665e1037c32e4 definition:ece71410348065696ae53d1ea4d62fdd for extracted.companyenrich_categories/length:category';

-- extracted.companyenrich_company/normalized:domain
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_domain_normalized
    CHECK ((((domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((domain COLLATE "C"), '-'::text) = 0) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((domain COLLATE "C")) <= 63) OR ((domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((domain COLLATE "C") !~~ 'www.%.%'::text) OR ((domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_domain_normalized ON extracted.companyenrich_company IS
    'assay proves promise:ac2bfa7780cd50e76739b1a0f4e056ac definition:d8841cb64561482dc2bfed33f8deca91 for extracted.companyenrich_company/normalized:domain';

-- extracted.companyenrich_company/required:domain
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_domain_required
    CHECK ((((((domain COLLATE "C") < '!'::text) OR ((domain COLLATE "C") > '~'::text)) AND (btrim((domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_domain_required ON extracted.companyenrich_company IS
    'assay proves promise:7e61155a1eb3f71f45f3c5767e7dc1dd definition:79370363a7fdafd1a6c460e5f1077894 for extracted.companyenrich_company/required:domain';

-- extracted.companyenrich_company/shared-host:domain
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_domain_shared_host
    CHECK (((
CASE
    WHEN ((domain COLLATE "C") = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us,apps.apple.com,blogspot.com,bubbleapps.io,carrd.co,framer.website,gitbook.io,github.io,gitlab.io,herokuapp.com,itunes.apple.com,myshopify.com,netlify.app,notion.site,notion.so,pages.dev,substack.com,tumblr.com,vercel.app,webflow.io,weebly.com,wixsite.com,wordpress.com,yahoo.co.jp,yahoo.co.uk}'::text[])) THEN true
    WHEN ((domain COLLATE "C") ~~ '%.%.%'::text) THEN ("substring"((domain COLLATE "C"), '[^.]+[.][^.]+$'::text) = ANY ('{about.me,aol.com,baidu.com,behance.net,bing.com,bit.ly,bitbucket.org,buff.ly,calendly.com,capterra.com,crunchbase.com,discord.com,discord.gg,dribbble.com,dropbox.com,duckduckgo.com,eventbrite.com,facebook.com,fb.com,fb.me,fiverr.com,flickr.com,forms.gle,g2.com,github.com,gitlab.com,glassdoor.com,gmail.com,gmx.com,gmx.de,gmx.net,goo.gl,google.com,googlemail.com,hotmail.com,icloud.com,imgur.com,indeed.com,instagram.com,is.gd,linkedin.com,linktr.ee,live.com,lnkd.in,mail.com,mail.ru,me.com,medium.com,meetup.com,msn.com,npmjs.com,outlook.com,ow.ly,patreon.com,pinterest.com,pm.me,producthunt.com,proton.me,protonmail.com,pypi.org,qq.com,quora.com,rb.gy,rebrand.ly,reddit.com,slack.com,slideshare.net,soundcloud.com,spotify.com,stackoverflow.com,t.co,t.ly,t.me,telegram.me,threads.net,tiktok.com,tinyurl.com,trello.com,trustpilot.com,twitch.tv,twitter.com,upwork.com,vimeo.com,web.de,wechat.com,whatsapp.com,wikipedia.org,x.com,xing.com,yahoo.com,yandex.ru,yelp.com,youtu.be,youtube.com,zoom.us}'::text[]))
    ELSE false
END IS TRUE) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_domain_shared_host ON extracted.companyenrich_company IS
    'assay proves promise:a3857e2245eb0bb7e643698fd1a943a5 definition:f67eb0d8d429e6723123ee3fd1793925 given:ac2bfa7780cd50e76739b1a0f4e056ac for extracted.companyenrich_company/shared-host:domain';

-- extracted.companyenrich_company/in-range:founded_year
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_founded_year_in_range
    CHECK ((((founded_year IS NOT NULL) AND ((founded_year < 1200) OR (founded_year > 2100))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_founded_year_in_range ON extracted.companyenrich_company IS
    'assay proves promise:78160242de52c527d0676ee0ae96deb4 definition:0ee62b0231f54ab21b536661740ac4a6 for extracted.companyenrich_company/in-range:founded_year';

-- extracted.companyenrich_company/implies:funding_stage+total_funding
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_funding_stage_total_funding_implies
    CHECK ((((funding_stage IS NOT NULL) AND (NOT ((((funding_stage COLLATE "C") < '!'::text) OR ((funding_stage COLLATE "C") > '~'::text)) AND (btrim((funding_stage COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text))) AND ((total_funding IS NOT NULL) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_funding_stage_total_funding_implies ON extracted.companyenrich_company IS
    'assay proves promise:ed967d4a1af23f03cc907a2e1dce154b definition:ea353a0942cd63c370929921061b92cd for extracted.companyenrich_company/implies:funding_stage+total_funding';

-- extracted.companyenrich_company/length:name
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_name_length
    CHECK ((((name IS NOT NULL) AND (((octet_length(name) < 4) AND (length(name) < 1)) OR ((octet_length(name) > 200) AND (length(name) > 200)))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_name_length ON extracted.companyenrich_company IS
    'assay proves promise:34d96f9c2cd9e333428b9e5417b76bb8 definition:8d3ccff35b58d65f29b2b9911879df3a for extracted.companyenrich_company/length:name';

-- extracted.companyenrich_company/required:name
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_name_required
    CHECK ((((((name COLLATE "C") < '!'::text) OR ((name COLLATE "C") > '~'::text)) AND (btrim((name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_name_required ON extracted.companyenrich_company IS
    'assay proves promise:38dac72bc4e1a20e2babf412e9812ceb definition:48d226cc75c6de1bc9ef9cf719761e77 for extracted.companyenrich_company/required:name';

-- extracted.companyenrich_company/in-range:page_rank
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_page_rank_in_range
    CHECK ((((page_rank IS NOT NULL) AND ((page_rank < '0'::numeric) OR (page_rank > '10'::numeric))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_page_rank_in_range ON extracted.companyenrich_company IS
    'assay proves promise:fb0a3486baec5519a3b8b3a00a15cff5 definition:607a5b496e5c7b40f9e7d66172b3c794 for extracted.companyenrich_company/in-range:page_rank';

-- extracted.companyenrich_company/in-range:total_funding
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_total_funding_in_range
    CHECK ((((total_funding IS NOT NULL) AND (total_funding < '0'::numeric)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_total_funding_in_range ON extracted.companyenrich_company IS
    'assay proves promise:4a0f0e03ce36f0ef3cab6cfda3dd6b01 definition:4c855cdd42d895e0ad6a961c1941e0b9 for extracted.companyenrich_company/in-range:total_funding';

-- extracted.companyenrich_company/matches:website
ALTER TABLE extracted.companyenrich_company ADD CONSTRAINT companyenrich_company_website_matches
    CHECK ((((website IS NOT NULL) AND (((website COLLATE "C") !~~ 'https://_%'::text) AND ((website COLLATE "C") !~~ 'http://_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_company_website_matches ON extracted.companyenrich_company IS
    'assay proves promise:8000a8e00adf910858bb7ab62058d1bf definition:1ba3b498fac5751ae0f221d9943937d2 for extracted.companyenrich_company/matches:website';

-- extracted.companyenrich_funding_rounds/in-range:amount
ALTER TABLE extracted.companyenrich_funding_rounds ADD CONSTRAINT companyenrich_funding_rounds_amount_in_range
    CHECK ((((amount IS NOT NULL) AND (amount < '0'::numeric)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_funding_rounds_amount_in_range ON extracted.companyenrich_funding_rounds IS
    'assay proves promise:7a0895eade259328809421816323b9bc definition:abc67d7ae15b0977116af4950bed2b14 for extracted.companyenrich_funding_rounds/in-range:amount';

-- extracted.companyenrich_funding_rounds/in-range:funding_date
ALTER TABLE extracted.companyenrich_funding_rounds ADD CONSTRAINT companyenrich_funding_rounds_funding_date_in_range
    CHECK ((((funding_date IS NOT NULL) AND ((funding_date < '1980-01-01'::date) OR (funding_date > '2100-01-01'::date))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_funding_rounds_funding_date_in_range ON extracted.companyenrich_funding_rounds IS
    'assay proves promise:32d4082a1ec37074101d6c9590b7ce56 definition:cbbdd48e3f77f2a8ed535602472e262d for extracted.companyenrich_funding_rounds/in-range:funding_date';

-- extracted.companyenrich_funding_rounds/required:funding_type
ALTER TABLE extracted.companyenrich_funding_rounds ADD CONSTRAINT companyenrich_funding_rounds_funding_type_required
    CHECK ((((((funding_type COLLATE "C") < '!'::text) OR ((funding_type COLLATE "C") > '~'::text)) AND (btrim((funding_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_funding_rounds_funding_type_required ON extracted.companyenrich_funding_rounds IS
    'assay proves promise:4a40bfbad80d692371cbcd78d0a38333 definition:7db095393b943874fbf8a0cf6572b555 for extracted.companyenrich_funding_rounds/required:funding_type';

-- extracted.companyenrich_investors/normalized:investor_name
ALTER TABLE extracted.companyenrich_investors ADD CONSTRAINT companyenrich_investors_investor_name_normalized
    CHECK ((((investor_name IS NOT NULL) AND (NOT
CASE
    WHEN (((investor_name COLLATE "C") >= '!'::text) AND ((investor_name COLLATE "C") < E'\u007f'::text) AND (abs(((2 * ascii("right"((investor_name COLLATE "C"), 1))) - 159)) < 94)) THEN true
    ELSE (((investor_name COLLATE "C") <> ''::text) AND (btrim((investor_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = (investor_name COLLATE "C")))
END)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_investors_investor_name_normalized ON extracted.companyenrich_investors IS
    'assay proves promise:902b49bc13add9cc50d34859e4d39902 definition:e803acd6af930dff24ed39e70e9e2cf7 for extracted.companyenrich_investors/normalized:investor_name';

-- extracted.companyenrich_keywords/length:keyword
ALTER TABLE extracted.companyenrich_keywords ADD CONSTRAINT companyenrich_keywords_keyword_length
    CHECK ((((keyword IS NOT NULL) AND (((octet_length(keyword) < 4) AND (length(keyword) < 1)) OR ((octet_length(keyword) > 80) AND (length(keyword) > 80)))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_keywords_keyword_length ON extracted.companyenrich_keywords IS
    'assay proves promise:28fbef33e722dcf0f5f4df6e6abb3500 definition:3b2502dd1819eb67b713fccc27cb29a7 for extracted.companyenrich_keywords/length:keyword';

-- extracted.companyenrich_keywords/normalized:keyword
ALTER TABLE extracted.companyenrich_keywords ADD CONSTRAINT companyenrich_keywords_keyword_normalized
    CHECK ((((keyword IS NOT NULL) AND (NOT
CASE
    WHEN (((keyword COLLATE "C") >= '!'::text) AND ((keyword COLLATE "C") < E'\u007f'::text) AND (abs(((2 * ascii("right"((keyword COLLATE "C"), 1))) - 159)) < 94)) THEN true
    ELSE (((keyword COLLATE "C") <> ''::text) AND (btrim((keyword COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = (keyword COLLATE "C")))
END)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_keywords_keyword_normalized ON extracted.companyenrich_keywords IS
    'assay proves promise:26c344c37dfb5e34769eb8a27c1383bd definition:55a46767f2b94372788e8dad14cfba52 for extracted.companyenrich_keywords/normalized:keyword';

-- extracted.companyenrich_location/in-range:latitude
ALTER TABLE extracted.companyenrich_location ADD CONSTRAINT companyenrich_location_latitude_in_range
    CHECK ((((latitude IS NOT NULL) AND ((latitude < '-90'::double precision) OR (latitude > '90'::double precision))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_location_latitude_in_range ON extracted.companyenrich_location IS
    'assay proves promise:4dff76c06ef88bcaddc949e912065f04 definition:a5542a6eb977928a369832c72e1c3f06 for extracted.companyenrich_location/in-range:latitude';

-- extracted.companyenrich_location/in-range:longitude
ALTER TABLE extracted.companyenrich_location ADD CONSTRAINT companyenrich_location_longitude_in_range
    CHECK ((((longitude IS NOT NULL) AND ((longitude < '-180'::double precision) OR (longitude > '180'::double precision))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_location_longitude_in_range ON extracted.companyenrich_location IS
    'assay proves promise:bfd01b459f36c3f99cbcec45485590d3 definition:adff5394fed60dee25005d4c18a89c76 for extracted.companyenrich_location/in-range:longitude';

-- extracted.companyenrich_location/implies:state+country
ALTER TABLE extracted.companyenrich_location ADD CONSTRAINT companyenrich_location_state_country_implies
    CHECK ((((state IS NOT NULL) AND (NOT ((((state COLLATE "C") < '!'::text) OR ((state COLLATE "C") > '~'::text)) AND (btrim((state COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text))) AND (((country IS NOT NULL) AND (NOT ((((country COLLATE "C") < '!'::text) OR ((country COLLATE "C") > '~'::text)) AND (btrim((country COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_location_state_country_implies ON extracted.companyenrich_location IS
    'assay proves promise:4d26c6d1594323297f432af8bbc0a253 definition:a9ff4343a88ed64b32b1d16c2dae8de1 for extracted.companyenrich_location/implies:state+country';

-- extracted.companyenrich_naics_codes/matches:naics_code
ALTER TABLE extracted.companyenrich_naics_codes ADD CONSTRAINT companyenrich_naics_codes_naics_code_matches
    CHECK ((((naics_code IS NOT NULL) AND ((naics_code COLLATE "C") !~ '^[0-9]{2,6}$'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_naics_codes_naics_code_matches ON extracted.companyenrich_naics_codes IS
    'assay proves promise:0576789e31ac44d2b7b81f0d60a0991b definition:0673f5b105cbe5bb9beb4e37dd759729 for extracted.companyenrich_naics_codes/matches:naics_code';

-- extracted.companyenrich_socials/matches:linkedin_url
ALTER TABLE extracted.companyenrich_socials ADD CONSTRAINT companyenrich_socials_linkedin_url_matches
    CHECK ((((linkedin_url IS NOT NULL) AND ((linkedin_url COLLATE "C") !~~ 'https://www.linkedin.com/company/_%'::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_socials_linkedin_url_matches ON extracted.companyenrich_socials IS
    'assay proves promise:7ac1b0a64402f16d4d4b9e65c7c1fc77 definition:ea74ae86b149ac8a4c13c5c970b154ed for extracted.companyenrich_socials/matches:linkedin_url';

-- extracted.companyenrich_subsidiaries/normalized:subsidiary_domain
ALTER TABLE extracted.companyenrich_subsidiaries ADD CONSTRAINT companyenrich_subsidiaries_subsidiary_domain_normalized
    CHECK ((((subsidiary_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((subsidiary_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((subsidiary_domain COLLATE "C"), '-'::text) = 0) THEN ((subsidiary_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((subsidiary_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((subsidiary_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((subsidiary_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((subsidiary_domain COLLATE "C")) <= 63) OR ((subsidiary_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((subsidiary_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((subsidiary_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_subsidiaries_subsidiary_domain_normalized ON extracted.companyenrich_subsidiaries IS
    'assay proves promise:ce9024be145e345a23988005e1e72d06 definition:11c14dd110bcdce737a0e23122a443f3 for extracted.companyenrich_subsidiaries/normalized:subsidiary_domain';

-- extracted.companyenrich_subsidiaries/required:subsidiary_name
ALTER TABLE extracted.companyenrich_subsidiaries ADD CONSTRAINT companyenrich_subsidiaries_subsidiary_name_required
    CHECK ((((((subsidiary_name COLLATE "C") < '!'::text) OR ((subsidiary_name COLLATE "C") > '~'::text)) AND (btrim((subsidiary_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_subsidiaries_subsidiary_name_required ON extracted.companyenrich_subsidiaries IS
    'assay proves promise:6be475db7f0266c7426753680975f0c8 definition:a111191bcb5fc809795d410525cf5932 for extracted.companyenrich_subsidiaries/required:subsidiary_name';

-- extracted.companyenrich_vc_investments/required:funding_type
ALTER TABLE extracted.companyenrich_vc_investments ADD CONSTRAINT companyenrich_vc_investments_funding_type_required
    CHECK ((((((funding_type COLLATE "C") < '!'::text) OR ((funding_type COLLATE "C") > '~'::text)) AND (btrim((funding_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_vc_investments_funding_type_required ON extracted.companyenrich_vc_investments IS
    'assay proves promise:4a40bfbad80d692371cbcd78d0a38333 definition:7db095393b943874fbf8a0cf6572b555 for extracted.companyenrich_vc_investments/required:funding_type';

-- extracted.companyenrich_vc_investments/required:investor_name
ALTER TABLE extracted.companyenrich_vc_investments ADD CONSTRAINT companyenrich_vc_investments_investor_name_required
    CHECK ((((((investor_name COLLATE "C") < '!'::text) OR ((investor_name COLLATE "C") > '~'::text)) AND (btrim((investor_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_vc_investments_investor_name_required ON extracted.companyenrich_vc_investments IS
    'assay proves promise:407ddd7ed7702918cb92e113191c406e definition:cd2668a897f8c348d5c6ad736452129f for extracted.companyenrich_vc_investments/required:investor_name';

-- raw.case_study_buyers_payloads/matches:case_study_url
ALTER TABLE raw.case_study_buyers_payloads ADD CONSTRAINT case_study_buyers_payloads_case_study_url_matches
    CHECK ((((case_study_url IS NOT NULL) AND (((case_study_url COLLATE "C") !~~ 'https://_%/_%'::text) AND ((case_study_url COLLATE "C") !~~ 'http://_%/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_payloads_case_study_url_matches ON raw.case_study_buyers_payloads IS
    'assay proves promise:dabd8f57f0f7f9fd422180be3ce64f26 definition:7fd141733e81f15715229d4a9a6cb1ad for raw.case_study_buyers_payloads/matches:case_study_url';

-- raw.case_study_buyers_payloads/required:case_study_url
ALTER TABLE raw.case_study_buyers_payloads ADD CONSTRAINT case_study_buyers_payloads_case_study_url_required
    CHECK ((((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT case_study_buyers_payloads_case_study_url_required ON raw.case_study_buyers_payloads IS
    'assay proves promise:49a7271550ca60876302c7241262b2c3 definition:3ea10b8814b7a8df08502560c3b8ae6a for raw.case_study_buyers_payloads/required:case_study_url';

-- raw.claygent_customers_raw/in-range:created_at
ALTER TABLE raw.claygent_customers_raw ADD CONSTRAINT claygent_customers_raw_created_at_in_range
    CHECK ((((created_at IS NOT NULL) AND (created_at < '2020-01-01 00:00:00+00'::timestamp with time zone)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_raw_created_at_in_range ON raw.claygent_customers_raw IS
    'assay proves promise:67ae7dbca52218fd400c86e3bc98453a definition:5c8f24b7a5db40524292b78e9cf557b2 for raw.claygent_customers_raw/in-range:created_at';

-- raw.claygent_customers_raw/normalized:origin_company_domain
ALTER TABLE raw.claygent_customers_raw ADD CONSTRAINT claygent_customers_raw_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_raw_origin_company_domain_normalized ON raw.claygent_customers_raw IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for raw.claygent_customers_raw/normalized:origin_company_domain';

-- raw.claygent_customers_raw/required:origin_company_domain
ALTER TABLE raw.claygent_customers_raw ADD CONSTRAINT claygent_customers_raw_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_raw_origin_company_domain_required ON raw.claygent_customers_raw IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for raw.claygent_customers_raw/required:origin_company_domain';

-- raw.claygent_customers_structured_raw/normalized:origin_company_domain
ALTER TABLE raw.claygent_customers_structured_raw ADD CONSTRAINT claygent_customers_structured_raw_origin_company_domai_cbfdfd58
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_raw_origin_company_domai_cbfdfd58 ON raw.claygent_customers_structured_raw IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for raw.claygent_customers_structured_raw/normalized:origin_company_domain';

-- raw.claygent_customers_structured_raw/required:origin_company_domain
ALTER TABLE raw.claygent_customers_structured_raw ADD CONSTRAINT claygent_customers_structured_raw_origin_company_domai_dadfe678
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT claygent_customers_structured_raw_origin_company_domai_dadfe678 ON raw.claygent_customers_structured_raw IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for raw.claygent_customers_structured_raw/required:origin_company_domain';

-- raw.companyenrich_payloads/normalized:domain
ALTER TABLE raw.companyenrich_payloads ADD CONSTRAINT companyenrich_payloads_domain_normalized
    CHECK ((((domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((domain COLLATE "C"), '-'::text) = 0) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((domain COLLATE "C")) <= 63) OR ((domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((domain COLLATE "C") !~~ 'www.%.%'::text) OR ((domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_payloads_domain_normalized ON raw.companyenrich_payloads IS
    'assay proves promise:ac2bfa7780cd50e76739b1a0f4e056ac definition:d8841cb64561482dc2bfed33f8deca91 for raw.companyenrich_payloads/normalized:domain';

-- raw.companyenrich_payloads/required:domain
ALTER TABLE raw.companyenrich_payloads ADD CONSTRAINT companyenrich_payloads_domain_required
    CHECK ((((((domain COLLATE "C") < '!'::text) OR ((domain COLLATE "C") > '~'::text)) AND (btrim((domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT companyenrich_payloads_domain_required ON raw.companyenrich_payloads IS
    'assay proves promise:7e61155a1eb3f71f45f3c5767e7dc1dd definition:79370363a7fdafd1a6c460e5f1077894 for raw.companyenrich_payloads/required:domain';

-- raw.gemini_case_study_payloads/matches:case_study_url
ALTER TABLE raw.gemini_case_study_payloads ADD CONSTRAINT gemini_case_study_payloads_case_study_url_matches
    CHECK ((((case_study_url IS NOT NULL) AND (((case_study_url COLLATE "C") !~~ 'https://_%/_%'::text) AND ((case_study_url COLLATE "C") !~~ 'http://_%/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT gemini_case_study_payloads_case_study_url_matches ON raw.gemini_case_study_payloads IS
    'assay proves promise:dabd8f57f0f7f9fd422180be3ce64f26 definition:7fd141733e81f15715229d4a9a6cb1ad for raw.gemini_case_study_payloads/matches:case_study_url';

-- raw.gemini_case_study_payloads/required:case_study_url
ALTER TABLE raw.gemini_case_study_payloads ADD CONSTRAINT gemini_case_study_payloads_case_study_url_required
    CHECK ((((((case_study_url COLLATE "C") < '!'::text) OR ((case_study_url COLLATE "C") > '~'::text)) AND (btrim((case_study_url COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT gemini_case_study_payloads_case_study_url_required ON raw.gemini_case_study_payloads IS
    'assay proves promise:49a7271550ca60876302c7241262b2c3 definition:3ea10b8814b7a8df08502560c3b8ae6a for raw.gemini_case_study_payloads/required:case_study_url';

-- raw.staging_case_study_urls/length:batch_id
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_batch_id_length
    CHECK ((((batch_id IS NOT NULL) AND (((octet_length(batch_id) < 4) AND (length(batch_id) < 1)) OR ((octet_length(batch_id) > 60) AND (length(batch_id) > 60)))) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_batch_id_length ON raw.staging_case_study_urls IS
    'assay proves promise:87111cdad5777f3b9624217cf87c6098 definition:3948ede37d5db4a9f55d52567158d95c for raw.staging_case_study_urls/length:batch_id';

-- raw.staging_case_study_urls/matches:case_study_url
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_case_study_url_matches
    CHECK ((((case_study_url IS NOT NULL) AND (((case_study_url COLLATE "C") !~~ 'https://_%/_%'::text) AND ((case_study_url COLLATE "C") !~~ 'http://_%/_%'::text))) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_case_study_url_matches ON raw.staging_case_study_urls IS
    'assay proves promise:dabd8f57f0f7f9fd422180be3ce64f26 definition:7fd141733e81f15715229d4a9a6cb1ad for raw.staging_case_study_urls/matches:case_study_url';

-- raw.staging_case_study_urls/required:customer_company_name
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_customer_company_name_required
    CHECK ((((((customer_company_name COLLATE "C") < '!'::text) OR ((customer_company_name COLLATE "C") > '~'::text)) AND (btrim((customer_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_customer_company_name_required ON raw.staging_case_study_urls IS
    'assay proves promise:a5efb06ac14d5035af4640fa95af32b7 definition:c3301bc70475888a695b9e9152a6241d for raw.staging_case_study_urls/required:customer_company_name';

-- raw.staging_case_study_urls/normalized:origin_company_domain
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_origin_company_domain_normalized
    CHECK ((((origin_company_domain IS NOT NULL) AND (NOT (
CASE
    WHEN (octet_length((origin_company_domain COLLATE "C")) > 253) THEN false
    WHEN (strpos((origin_company_domain COLLATE "C"), '-'::text) = 0) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9]+[.])+[a-z]+[a-z]$'::text)
    WHEN ((origin_company_domain COLLATE "C") ~~ '%.xn--%'::text) THEN ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+(?:[a-z]+[a-z]|xn--[a-z0-9-]*[a-z0-9])$'::text)
    ELSE ((origin_company_domain COLLATE "C") ~ '^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]+[a-z]$'::text)
END AND ((octet_length((origin_company_domain COLLATE "C")) <= 63) OR ((origin_company_domain COLLATE "C") !~ '[^.]{64}'::text)) AND (((origin_company_domain COLLATE "C") !~~ 'www.%.%'::text) OR ((origin_company_domain COLLATE "C") ~ '^www[.](?:ac|co|com|edu|go|gob|gouv|gov|govt|gub|gv|ltd|me|mil|ne|net|nhs|nic|nom|or|org|plc|police|sch)[.][a-z][a-z]$'::text))))) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_origin_company_domain_normalized ON raw.staging_case_study_urls IS
    'assay proves promise:91abf2d57de658a741c7f271a0079ead definition:0d1a4f93a616bc493aebc20a73352c1f for raw.staging_case_study_urls/normalized:origin_company_domain';

-- raw.staging_case_study_urls/required:origin_company_domain
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_origin_company_domain_required
    CHECK ((((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_origin_company_domain_required ON raw.staging_case_study_urls IS
    'assay proves promise:a7a278e3de269b8ac64e16a40759de4e definition:1ce955a49380ac5a994669a9c47c3247 for raw.staging_case_study_urls/required:origin_company_domain';

-- raw.staging_case_study_urls/required:origin_company_name
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_origin_company_name_required
    CHECK ((((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_origin_company_name_required ON raw.staging_case_study_urls IS
    'assay proves promise:14d34cad0d8fa9c3dfc104812df3a12c definition:5146f75fdebbe87a7a26c6f49ee013cd for raw.staging_case_study_urls/required:origin_company_name';

-- raw.staging_case_study_urls/implies:sent-only-when-complete
ALTER TABLE raw.staging_case_study_urls ADD CONSTRAINT staging_case_study_urls_sent_only_when_complete_implies
    CHECK ((((sent_to_clay IS TRUE) AND (((origin_company_name IS NOT NULL) AND (NOT ((((origin_company_name COLLATE "C") < '!'::text) OR ((origin_company_name COLLATE "C") > '~'::text)) AND (btrim((origin_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text))) AND ((origin_company_domain IS NOT NULL) AND (NOT ((((origin_company_domain COLLATE "C") < '!'::text) OR ((origin_company_domain COLLATE "C") > '~'::text)) AND (btrim((origin_company_domain COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)))) AND ((customer_company_name IS NOT NULL) AND (NOT ((((customer_company_name COLLATE "C") < '!'::text) OR ((customer_company_name COLLATE "C") > '~'::text)) AND (btrim((customer_company_name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text))))) IS NOT TRUE)) IS NOT TRUE));
COMMENT ON CONSTRAINT staging_case_study_urls_sent_only_when_complete_implies ON raw.staging_case_study_urls IS
    'assay proves promise:e5a620f491e8e7b3f499e0b0e957427b definition:a560582d4ba01f4e545cfb337b930d4f for raw.staging_case_study_urls/implies:sent-only-when-complete';

-- reference.company_industries/normalized:name
ALTER TABLE reference.company_industries ADD CONSTRAINT company_industries_name_normalized
    CHECK ((((name IS NOT NULL) AND (NOT (((name COLLATE "C") !~ '[\x01-\x1f\x7f-\u009f\t-\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|  '::text) AND
CASE
    WHEN (((name COLLATE "C") >= '!'::text) AND ((name COLLATE "C") < E'\u007f'::text) AND (abs(((2 * ascii("right"((name COLLATE "C"), 1))) - 159)) < 94)) THEN true
    ELSE (((name COLLATE "C") <> ''::text) AND (btrim((name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = (name COLLATE "C")))
END))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_industries_name_normalized ON reference.company_industries IS
    'assay proves promise:0865f1fe97157f2c9ee4cc653afe07e3 definition:4b23ac45845a1ccb5015a20a3a1512fe for reference.company_industries/normalized:name';

-- reference.company_industries/unique:name.name
CREATE UNIQUE INDEX company_industries_name_key_ccd39509 ON reference.company_industries USING btree (lower((name COLLATE "C")));
COMMENT ON INDEX reference.company_industries_name_key_ccd39509 IS
    'assay proves promise:7b6e4d52bdfae47103c3635b2b9aa33f definition:5dca7150f53e5603ae344a44bfce464b given:0865f1fe97157f2c9ee4cc653afe07e3 for reference.company_industries/unique:name.name';

-- reference.company_type_lookup/one-of:matched_company_type
ALTER TABLE reference.company_type_lookup ADD CONSTRAINT company_type_lookup_matched_company_type_one_of
    CHECK ((((matched_company_type IS NOT NULL) AND (NOT ((matched_company_type COLLATE "C") = ANY ('{"Private Company","Public Company",Self-Employed}'::text[])))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_type_lookup_matched_company_type_one_of ON reference.company_type_lookup IS
    'assay proves promise:d5e9556b35b78ba8821c97a04b1a7d99 definition:ab2cb1eb52dcda5a6d178e7c0f829c97 for reference.company_type_lookup/one-of:matched_company_type';

-- reference.company_type_lookup/required:matched_company_type
ALTER TABLE reference.company_type_lookup ADD CONSTRAINT company_type_lookup_matched_company_type_required
    CHECK ((((((matched_company_type COLLATE "C") < '!'::text) OR ((matched_company_type COLLATE "C") > '~'::text)) AND (btrim((matched_company_type COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_type_lookup_matched_company_type_required ON reference.company_type_lookup IS
    'assay proves promise:40eac73b61baf76e280c3bfe36c67003 definition:8f7f26ec2e6ce322f21edb607bd79123 for reference.company_type_lookup/required:matched_company_type';

-- reference.company_type_lookup/normalized:raw_value-lowercase
ALTER TABLE reference.company_type_lookup ADD CONSTRAINT company_type_lookup_raw_value_lowercase_normalized
    CHECK ((((raw_value IS NOT NULL) AND (NOT ((lower((raw_value COLLATE "C")) = (raw_value COLLATE "C")) AND
CASE
    WHEN (((raw_value COLLATE "C") >= '!'::text) AND ((raw_value COLLATE "C") < E'\u007f'::text)) THEN true
    ELSE (btrim((raw_value COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) <> ''::text)
END))) IS NOT TRUE));
COMMENT ON CONSTRAINT company_type_lookup_raw_value_lowercase_normalized ON reference.company_type_lookup IS
    'assay proves promise:fadf18c0b134f7c13b80a9c275fb6d06 definition:64333af3d522faffa9a4f2d2d7e79481 for reference.company_type_lookup/normalized:raw_value-lowercase';

-- reference.company_type_lookup/required:raw_value
ALTER TABLE reference.company_type_lookup ADD CONSTRAINT company_type_lookup_raw_value_required
    CHECK ((((((raw_value COLLATE "C") < '!'::text) OR ((raw_value COLLATE "C") > '~'::text)) AND (btrim((raw_value COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT company_type_lookup_raw_value_required ON reference.company_type_lookup IS
    'assay proves promise:0a1449daddda329f436500c8ecb13020 definition:69b3f2bbc0dfc94abb7c8dc7915bffce for reference.company_type_lookup/required:raw_value';

-- reference.employee_range_lookup/required:size_cleaned
ALTER TABLE reference.employee_range_lookup ADD CONSTRAINT employee_range_lookup_size_cleaned_required
    CHECK ((((((size_cleaned COLLATE "C") < '!'::text) OR ((size_cleaned COLLATE "C") > '~'::text)) AND (btrim((size_cleaned COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT employee_range_lookup_size_cleaned_required ON reference.employee_range_lookup IS
    'assay proves promise:07e0d8bc919882a8d4cc02d264c55bdf definition:d92527bfa40dd5a81d293c8bd7b127c8 for reference.employee_range_lookup/required:size_cleaned';

-- reference.employee_range_lookup/required:size_raw
ALTER TABLE reference.employee_range_lookup ADD CONSTRAINT employee_range_lookup_size_raw_required
    CHECK ((((((size_raw COLLATE "C") < '!'::text) OR ((size_raw COLLATE "C") > '~'::text)) AND (btrim((size_raw COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT employee_range_lookup_size_raw_required ON reference.employee_range_lookup IS
    'assay proves promise:48898bbcd8c6459a0d7d478c64f5aac0 definition:d4f70b170498635eacb34b5902b51a50 for reference.employee_range_lookup/required:size_raw';

-- reference.industry_lookup/required:industry_cleaned
ALTER TABLE reference.industry_lookup ADD CONSTRAINT industry_lookup_industry_cleaned_required
    CHECK ((((((industry_cleaned COLLATE "C") < '!'::text) OR ((industry_cleaned COLLATE "C") > '~'::text)) AND (btrim((industry_cleaned COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT industry_lookup_industry_cleaned_required ON reference.industry_lookup IS
    'assay proves promise:9f203c4c235ca6fb05444ea90d81c164 definition:0d3373da245893bc15e37842e0be6c22 for reference.industry_lookup/required:industry_cleaned';

-- reference.industry_lookup/required:industry_raw
ALTER TABLE reference.industry_lookup ADD CONSTRAINT industry_lookup_industry_raw_required
    CHECK ((((((industry_raw COLLATE "C") < '!'::text) OR ((industry_raw COLLATE "C") > '~'::text)) AND (btrim((industry_raw COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT industry_lookup_industry_raw_required ON reference.industry_lookup IS
    'assay proves promise:340ebc62b65b1748ad26212072075f91 definition:6b82a5a9690d52c9bb4f989a40beeaa2 for reference.industry_lookup/required:industry_raw';

-- reference.revenue_range_lookup/required:matched_revenue_range
ALTER TABLE reference.revenue_range_lookup ADD CONSTRAINT revenue_range_lookup_matched_revenue_range_required
    CHECK ((((((matched_revenue_range COLLATE "C") < '!'::text) OR ((matched_revenue_range COLLATE "C") > '~'::text)) AND (btrim((matched_revenue_range COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT revenue_range_lookup_matched_revenue_range_required ON reference.revenue_range_lookup IS
    'assay proves promise:27caecff7cdb111decbfc4e58f46ba37 definition:2fa82221b97c0d2130b6a45fadb85f94 for reference.revenue_range_lookup/required:matched_revenue_range';

-- reference.revenue_range_lookup/required:raw_value
ALTER TABLE reference.revenue_range_lookup ADD CONSTRAINT revenue_range_lookup_raw_value_required
    CHECK ((((((raw_value COLLATE "C") < '!'::text) OR ((raw_value COLLATE "C") > '~'::text)) AND (btrim((raw_value COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = ''::text)) IS NOT TRUE));
COMMENT ON CONSTRAINT revenue_range_lookup_raw_value_required ON reference.revenue_range_lookup IS
    'assay proves promise:0a1449daddda329f436500c8ecb13020 definition:69b3f2bbc0dfc94abb7c8dc7915bffce for reference.revenue_range_lookup/required:raw_value';

-- reference.technologies/length:name
ALTER TABLE reference.technologies ADD CONSTRAINT technologies_name_length
    CHECK ((((name IS NOT NULL) AND (((octet_length(name) < 4) AND (length(name) < 1)) OR ((octet_length(name) > 80) AND (length(name) > 80)))) IS NOT TRUE));
COMMENT ON CONSTRAINT technologies_name_length ON reference.technologies IS
    'assay proves promise:0d6ef209fa2dc5667fb509ec7b0b6540 definition:7a2dd5ca6c9b4c84c03829050d444d77 for reference.technologies/length:name';

-- reference.technologies/normalized:name
ALTER TABLE reference.technologies ADD CONSTRAINT technologies_name_normalized
    CHECK ((((name IS NOT NULL) AND (NOT (((name COLLATE "C") !~ '[\x01-\x1f\x7f-\u009f\t-\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|  '::text) AND
CASE
    WHEN (((name COLLATE "C") >= '!'::text) AND ((name COLLATE "C") < E'\u007f'::text) AND (abs(((2 * ascii("right"((name COLLATE "C"), 1))) - 159)) < 94)) THEN true
    ELSE (((name COLLATE "C") <> ''::text) AND (btrim((name COLLATE "C"), E'\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \u007f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff'::text) = (name COLLATE "C")))
END))) IS NOT TRUE));
COMMENT ON CONSTRAINT technologies_name_normalized ON reference.technologies IS
    'assay proves promise:0865f1fe97157f2c9ee4cc653afe07e3 definition:4b23ac45845a1ccb5015a20a3a1512fe for reference.technologies/normalized:name';

-- reference.technologies/unique:name.name
CREATE UNIQUE INDEX technologies_name_key_a74980ee ON reference.technologies USING btree (lower((name COLLATE "C")));
COMMENT ON INDEX reference.technologies_name_key_a74980ee IS
    'assay proves promise:7b6e4d52bdfae47103c3635b2b9aa33f definition:5dca7150f53e5603ae344a44bfce464b given:0865f1fe97157f2c9ee4cc653afe07e3 for reference.technologies/unique:name.name';
