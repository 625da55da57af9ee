import ExcelJS from 'exceljs';

/**
 * A list as a province sends it: motto and title above, a heading of two rows with joined cells, numbered
 * columns, districts as rows of their own, sites joined over their cameras, a footer. All is invented.
 */
export async function provinceSheet(): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Danh sách');
  sheet.getCell('A1').value = 'ỦY BAN NHÂN DÂN TỈNH SƠN HẢI';
  sheet.mergeCells('A1:E1');
  sheet.getCell('A3').value = 'DANH SÁCH CAMERA TẠI CÁC CƠ SỞ CÁCH LY TẬP TRUNG';
  sheet.mergeCells('A3:K3');
  const head = [
    ['A5:A6', 'STT'],
    ['B5:B6', 'Tên cơ sở'],
    ['C5:E5', 'Cán bộ đầu mối'],
    ['F5:K5', 'Camera'],
  ] as const;
  for (const [range, text] of head) {
    sheet.getCell(range.split(':')[0]!).value = text;
  }
  sheet.getRow(6).values = [
    ...['STT', 'Tên cơ sở', 'Họ tên', 'Chức vụ', 'SĐT'],
    ...['Tên', 'Vị trí lắp đặt', 'Địa chỉ RTSP', 'Tài khoản', 'Mật khẩu', 'Ngày lắp'],
  ];
  for (const [range] of head) sheet.mergeCells(range);
  sheet.getRow(7).values = Array.from({ length: 11 }, (_, at) => `(${at + 1})`);
  sheet.getCell('A8').value = 'I';
  sheet.getCell('B8').value = 'Tỉnh Sơn Hải';
  sheet.getCell('B9').value = 'Huyện Bình Nam';
  sheet.mergeCells('B9:K9');
  const day = new Date(Date.UTC(2021, 5, 25));
  sheet.getRow(10).values = [
    ...[1, 'Trường Cao đẳng Sông Xanh', 'Lê Văn Mẫu', 'Phó phòng', 912345678],
    ...['Cổng chính', 'Cổng ra vào', 'rtsp://192.0.2.10/ch1', 'admin', 'Bí-mật#1', day],
  ];
  sheet.getRow(11).values = [
    ...['', '', '', '', ''],
    ...['Tầng 1', 'Hành lang tầng 1', 'rtsp://192.0.2.10/ch2', '', '', day],
  ];
  sheet.getRow(12).values = [
    ...['', '', '', '', ''],
    ...['Phòng tắm', 'Bên trong nhà tắm', 'rtsp://192.0.2.10/ch3', '', '', day],
  ];
  for (const column of ['A', 'B', 'C', 'D', 'E']) sheet.mergeCells(`${column}10:${column}12`);
  sheet.getCell('B13').value = 'Thị xã Đông Kha';
  sheet.mergeCells('B13:K13');
  sheet.getRow(14).values = [
    ...[2, 'Trung đoàn BB999', 'Trần Thị Thử', '', '+84 912 000 111'],
    ...[
      '<script>alert(1)</script>',
      'Sân lấy mẫu',
      'rtsp://kt:Mật@khẩu@192.0.2.20:8554/live',
      '',
      '',
      day,
    ],
  ];
  sheet.getCell('B15').value = 'Tổng cộng';
  sheet.getCell('F15').value = 'Tổng cộng';
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
