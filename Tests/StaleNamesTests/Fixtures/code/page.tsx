export function Page({ items }: Props) {
  const isSmall = items.length < 3 && items.length > 0
  return (
    <section title="Select a company">
      <p>Don't select `name` from companies; it's {items.length} rows</p>
      {items.map((item) => (
        <Row key={item.id} load={() => supabase.from('companys').select('id')} />  // stale: missing-table
      ))}
      <>It's</> {isSmall ? <b>don't</b> : null}
    </section>
  )
}

export const last = async () => supabase.schema('core').from('people').select('fullname') // stale: missing-column
