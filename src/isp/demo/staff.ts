import type { DemoRows } from './rows.ts';

/** The provider's people, the last of them the one under whose name programs work. */
const people = [
  { department: 'Atendimento', name: 'Lúcia Sabiá', email: 'lucia@demo.invalid', technician: false },
  { department: 'Técnico', name: 'Tomás Curió', email: 'tomas@demo.invalid', technician: true },
  { department: 'Atendimento', name: 'Integração', email: 'api@demo.invalid', technician: false },
] as const;

export function buildStaff(rows: DemoRows): void {
  const departments = new Map<string, number>();
  for (const { department, name, email, technician } of people) {
    const departmentId = departments.get(department) ?? rows.number('department', { name: department });
    departments.set(department, departmentId);
    rows.add('staff_member', { department_id: departmentId, name, email, technician });
  }
}
