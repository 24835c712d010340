// Requests of supabase-js, and statements beside them.
import { createClient } from '@supabase/supabase-js'

const TABLES = { customers: 'company_customers', gone: 'company_custmers' } // stale: missing-table
const supabase = createClient<Database>(url, key, { db: { schema: 'core' } })
const pattern = /['"`]from\('gone'\)/g

export async function load(domain: string, table: string, rows: Row[]) {
  // await supabase.from('gone').select('*')
  await supabase.from(TABLES.customers).select('id, name:customer_name, source::text')
  await supabase.from(TABLES.gone).select('id')
  await supabase.from(table).select('id')
  await supabase.from('companies').select(`
    id,
    details->address->>city,
    label:company_label,
    technologies ( name ),
    range:company_employee_range(employee_range, count),
    people!inner(full_name, employer)`) // stale: missing-column
    .eq('people.full_name', 'a').eq('employer.id', 1) // stale: missing-relationship
  await supabase.from('case_studies').select('title, people(full_name)') // stale: ambiguous-relationship
  await supabase.from('case_studies').select('title, author:people!case_studies_author(full_name), reviewer:reviewer_id(full_name)')
  await supabase.from('people').select('id, case_study(title)') // stale: missing-relationship
  await supabase.from('people').select('id, technologies(name)') // stale: missing-relationship
  await supabase.schema('raw').from('payloads').select('id').order('created_at', { ascending: false }) // stale: missing-column
  await supabase.schema('row').from('payloads').select('id') // stale: missing-schema
  await supabase.from('companies').select('*', { count: 'exact', head: true }).match({ domain, nam: 'a' }) // stale: missing-column
  await supabase.from('companies').upsert({ domain, name: 'a' }, { onConflict: 'domain' })
  await supabase.from('companies').upsert({ domain, 'name': 'a' }, { onConflict: 'name', ignoreDuplicates: true }) // stale: no-unique-index
  await supabase.from('company_technologies').insert(rows.map((row) => ({ company_id: row.id, tech_id: 1 }))) // stale: missing-column
  await supabase.from('companies').update({ ...rows[0], nme: 'a' }).or(`name.ilike.%${domain}%,citty.eq.a`) // stale: missing-column missing-column
  await supabase.from('companies').select('id, people(id)').order('fullname', { referencedTable: 'people' }) // stale: missing-column
  await supabase.rpc('company_summary', { wanted_domain: domain, until: null }) // stale: missing-function
  await supabase.from<'named_companies', View>('named_companies').select('id, people(id)').eq('nane', 'a') // stale: missing-column
  const bytes = Uint8Array.from('abc'), list = Array.from('companiez')
  await supabase.storage.from('avatars').update('a.png', bytes)
  const { data } = await sql<Row[]>`SELECT id, naame FROM core.companies WHERE domain = ${domain}` // stale: missing-column
  await db.query('SELECT id FROM core.people ' + 'WHERE fullname = $1', [domain]) // stale: missing-column
  await db.query(`SELECT id FROM ${table} WHERE domain = ${domain}`)
  throw new Error("Select a row from the table, don't update it")
}
