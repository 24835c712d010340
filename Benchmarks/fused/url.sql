-- Counting bytes before characters is exact, for a character takes four bytes at the most, and spares the walk.
\set url_length_off '(octet_length(case_study_url) < 40 AND length(case_study_url) < 10 OR octet_length(case_study_url) > 2048 AND length(case_study_url) > 2048)'
\set url_misshapen '(case_study_url NOT LIKE ''https://_%/%'' AND case_study_url NOT LIKE ''http://_%/%'')'
